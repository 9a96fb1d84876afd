// What a search finds: own chats at once, people and public groups from the server.
import { type Chat, type ChatView, limits, type User } from '@parley/protocol'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { directPartner } from '../../chats/chat-facts.ts'
import { useTitleOf } from '../../chats/use-chat-title.ts'
import { useClient, useMe, useReplica } from '../../client/client-context.tsx'
import { type Search, useSearchAsYouType } from '../../client/use-search-as-you-type.ts'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { useNames } from '../../people/use-names.ts'
import { usePeopleSearch } from '../../people/use-people-search.ts'
import { Button } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { isolate } from '../../ui/isolate.ts'
import { Isolated } from '../../ui/isolated.tsx'
import { useAttempt } from '../overlays/overlays.ts'
import { ChatItem } from './chat-item.tsx'
import { foundChats } from './found-chats.ts'
import { usePublicGroups } from './use-public-groups.ts'
import './search-results.css'

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
  const searches = [chats, people, groups]
  const busy = searches.some((search) => search.busy)
  const failed = searches.filter((search) => search.failed)
  const nothing = chats.found.length === 0 && people.found.length === 0 && others.length === 0
  return (
    <div className="search-results">
      {chats.found.length > 0 && (
        <Section title={t('chats.foundChats')}>
          {chats.found.map((chat) => (
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
      {failed.length > 0 && (
        <FailureNote
          onRetry={() => {
            for (const search of failed) search.retry()
          }}
        >
          {t('chats.searchFailed')}
        </FailureNote>
      )}
      {nothing && failed.length === 0 && (
        <p className="search-nothing">{busy ? t('chats.searching') : t('chats.nothingFound')}</p>
      )}
    </div>
  )
}

/** Own chats by their title, or by the name or username of the other: of those at hand at once, of all when the server answers. */
function useOwnChats(query: string): Search<ChatView> {
  const client = useClient()
  const { replica } = client
  const me = useMe()
  const titleOf = useTitleOf()
  const atHand = useReplica((known) => known.chats())
  const search = useSearchAsYouType(query, limits.titleMax, async (wanted) =>
    client.chats.hasMore() ? await client.chats.search(wanted) : [],
  )
  const found = useMemo(() => {
    const namesOf = (chat: ChatView) => {
      const partnerId = directPartner(chat, me.id)
      const partner = partnerId === undefined ? undefined : replica.user(partnerId)
      return [titleOf(chat), partner?.username ?? '']
    }
    return foundChats(query, atHand, search.busy ? [] : search.found, namesOf)
  }, [query, atHand, search.busy, search.found, me.id, titleOf, replica])
  return { ...search, found }
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
