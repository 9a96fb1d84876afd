// What a search finds: own chats at once, people and public groups from the server.
import type { Chat, ChatView, User } from '@parley/protocol'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { directPartner } from '../../chats/chat-facts.ts'
import { useTitleOf } from '../../chats/use-chat-title.ts'
import { useClient, useMe, useReplica } from '../../client/client-context.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { useNames } from '../../people/use-names.ts'
import { usePeopleSearch } from '../../people/use-people-search.ts'
import { Button } from '../../ui/button.tsx'
import { isolate } from '../../ui/isolate.ts'
import { Isolated } from '../../ui/isolated.tsx'
import { useAttempt } from '../overlays/overlays.ts'
import { ChatItem } from './chat-item.tsx'
import { matchRank } from './match-rank.ts'
import { usePublicGroups } from './use-public-groups.ts'
import './search-results.css'

const shownChats = 20

interface SearchResultsProps {
  query: string
  selectedId: string | undefined
  /** A result was opened. */
  onDone: () => void
}

export function SearchResults({ query, selectedId, onDone }: SearchResultsProps) {
  const { t } = useTranslation()
  const chats = useOwnChats(query)
  const known = useReplica((replica) => replica.chats())
  const people = usePeopleSearch(query)
  const groups = usePublicGroups(query)
  const mine = useMemo(() => new Set(known.map((chat) => chat.id)), [known])
  const others = groups.found.filter((group) => !mine.has(group.id))
  const busy = people.busy || groups.busy
  const nothing = chats.length === 0 && people.found.length === 0 && others.length === 0
  return (
    <div className="search-results">
      {chats.length > 0 && (
        <Section title={t('chats.foundChats')}>
          {chats.map((chat) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the link inside takes the keys; the click bubbles from it
            <li key={chat.id} onClick={onDone}>
              <ChatItem chat={chat} selected={chat.id === selectedId} />
            </li>
          ))}
        </Section>
      )}
      {people.found.length > 0 && (
        <Section title={t('chats.foundPeople')}>
          {people.found.map((user) => (
            <FoundPerson key={user.id} user={user} onDone={onDone} />
          ))}
        </Section>
      )}
      {others.length > 0 && (
        <Section title={t('chats.foundGroups')}>
          {others.map((group) => (
            <FoundGroup key={group.id} group={group} onDone={onDone} />
          ))}
        </Section>
      )}
      {nothing && <p className="search-nothing">{busy ? t('chats.searching') : t('chats.nothingFound')}</p>}
    </div>
  )
}

/** Own chats whose title, or whose partner's name or username, contains the query. */
function useOwnChats(query: string) {
  const { replica } = useClient()
  const me = useMe()
  const titleOf = useTitleOf()
  const chats = useReplica((known) => known.chats())
  return useMemo(() => {
    const nearness = (chat: ChatView) => {
      const partnerId = directPartner(chat, me.id)
      const partner = partnerId === undefined ? undefined : replica.user(partnerId)
      return matchRank(query, [titleOf(chat), partner?.username ?? ''])
    }
    return chats
      .map((chat) => ({ chat, rank: nearness(chat) }))
      .filter(({ rank }) => rank > 0)
      .sort((a, b) => b.rank - a.rank)
      .slice(0, shownChats)
      .map(({ chat }) => chat)
  }, [chats, query, me.id, titleOf, replica])
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section>
      <h3 className="search-heading">{title}</h3>
      <ul>{children}</ul>
    </section>
  )
}

function FoundPerson({ user, onDone }: { user: User; onDone: () => void }) {
  const client = useClient()
  const attempt = useAttempt()
  const nameOf = useNames()
  const [, navigate] = useLocation()
  const open = async () => {
    const chat = await client.chats.direct(user.id)
    onDone()
    navigate(`/messenger/${chat.id}`)
  }
  return (
    <li>
      <button type="button" className="found" onClick={() => void attempt(open())}>
        <PersonAvatar id={user.id} name={nameOf(user)} size={40} />
        <span className="found-text">
          <span className="found-title">
            <Isolated>{nameOf(user)}</Isolated>
          </span>
          {user.username !== null && (
            <span className="found-hint">
              <Isolated>{`@${user.username}`}</Isolated>
            </span>
          )}
        </span>
      </button>
    </li>
  )
}

function FoundGroup({ group, onDone }: { group: Chat; onDone: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const attempt = useAttempt()
  const [, navigate] = useLocation()
  const title = group.title ?? t('chats.untitled')
  const join = async () => {
    await client.chats.join(group.id)
    onDone()
    navigate(`/messenger/${group.id}`)
  }
  return (
    <li className="found">
      <Link href={`/messenger/${group.id}`} className="found-link" onClick={onDone}>
        <PersonAvatar id={group.id} name={title} size={40} />
        <span className="found-text">
          <span className="found-title">
            <Isolated>{title}</Isolated>
          </span>
          <span className="found-hint">{t('chat.members', { count: group.member_count })}</span>
        </span>
      </Link>
      <Button aria-label={`${t('chats.join')}: ${isolate(title)}`} onClick={() => void attempt(join())}>
        {t('chats.join')}
      </Button>
    </li>
  )
}
