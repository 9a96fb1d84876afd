// Beginning a chat: with one person, or as a group.
import { Tabs } from '@base-ui/react/tabs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/tabs.css'
import { NewDirect } from './new-direct.tsx'
import { NewGroup } from './new-group.tsx'

interface NewChatDialogProps {
  open: boolean
  onClose: () => void
}

export default function NewChatDialog({ open, onClose }: NewChatDialogProps) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [tab, setTab] = useState('person')
  const done = (chatId: string) => {
    onClose()
    navigate(`/messenger/${chatId}`)
  }
  return (
    <Dialog title={t('newChat.title')} open={open} onClose={onClose}>
      <Tabs.Root className="tabs" value={tab} onValueChange={(value) => setTab(String(value))}>
        <Tabs.List className="tabs-list">
          <Tabs.Tab className="tab" value="person">
            {t('newChat.person')}
          </Tabs.Tab>
          <Tabs.Tab className="tab" value="group">
            {t('newChat.group')}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel className="tab-panel" value="person">
          <NewDirect onDone={done} />
        </Tabs.Panel>
        <Tabs.Panel className="tab-panel" value="group">
          <NewGroup onDone={done} />
        </Tabs.Panel>
      </Tabs.Root>
    </Dialog>
  )
}
