// The two choices that a group has: who may write, and who may join.
import type { Chat } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { ChoiceList } from '../../ui/choice-list.tsx'

interface ChoiceProps<T> {
  value: T
  onChange: (value: T) => void
}

export function PostingChoice({ value, onChange }: ChoiceProps<Chat['posting']>) {
  const { t } = useTranslation()
  return (
    <ChoiceList
      legend={t('newChat.posting')}
      value={value}
      onChange={onChange}
      choices={[
        { value: 'everyone', label: t('newChat.postingEveryone'), hint: t('newChat.postingEveryoneHint') },
        { value: 'admins', label: t('newChat.postingAdmins'), hint: t('newChat.postingAdminsHint') },
      ]}
    />
  )
}

export function VisibilityChoice({ value, onChange }: ChoiceProps<Chat['visibility']>) {
  const { t } = useTranslation()
  return (
    <ChoiceList
      legend={t('newChat.visibility')}
      value={value}
      onChange={onChange}
      choices={[
        { value: 'private', label: t('newChat.visibilityPrivate'), hint: t('newChat.visibilityPrivateHint') },
        { value: 'public', label: t('newChat.visibilityPublic'), hint: t('newChat.visibilityPublicHint') },
      ]}
    />
  )
}
