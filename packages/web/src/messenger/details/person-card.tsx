// A person at a glance: picture, name, presence, and what they say about themselves.
import { useTranslation } from 'react-i18next'
import { useMe, useUser } from '../../client/client-context.tsx'
import { useDates } from '../../dates/use-dates.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { usePresenceText } from '../../people/use-presence-text.ts'
import { Isolated } from '../../ui/isolated.tsx'
import './person-card.css'

export function PersonCard({ userId, name }: { userId: string; name: string }) {
  const { t } = useTranslation()
  const dates = useDates()
  const me = useMe()
  const user = useUser(userId)
  const presence = usePresenceText(userId === me.id ? undefined : userId)
  const facts = [
    { term: t('details.username'), text: user?.username ? `@${user.username}` : '' },
    { term: t('details.about'), text: user?.bio ?? '' },
    { term: t('details.joined'), text: user === undefined ? '' : dates.date(Date.parse(user.created_at)) },
  ].filter((fact) => fact.text !== '')
  return (
    <div className="person">
      <PersonAvatar id={userId} name={name} size={88} online={presence.online} />
      <p className="person-name">
        <Isolated>{name}</Isolated>
      </p>
      {userId !== me.id && user?.deleted_at === null && (
        <p className={presence.online ? 'person-presence person-online' : 'person-presence'}>
          {presence.text}
        </p>
      )}
      {user?.deleted_at === null && (
        <dl className="facts">
          {facts.map(({ term, text }) => (
            <div key={term} className="fact">
              <dt>{term}</dt>
              <dd>
                <Isolated>{text}</Isolated>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
