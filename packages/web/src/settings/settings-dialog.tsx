// The settings: profile, appearance, password, sessions, the account itself, and the way out.
import { Tabs } from '@base-ui/react/tabs'
import {
  KeyRound,
  LogOut,
  type LucideIcon,
  MonitorSmartphone,
  Palette,
  UserRound,
  UserRoundX,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLogOut } from '../session/use-log-out.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { AccountSettings } from './account-settings.tsx'
import { AppearanceSettings } from './appearance-settings.tsx'
import { PasswordSettings } from './password-settings.tsx'
import { ProfileSettings } from './profile-settings.tsx'
import { SessionSettings } from './session-settings.tsx'
import '../ui/form.css'
import './settings-dialog.css'

interface SettingsDialogProps {
  open: boolean
  onClose: () => void
}

export default function SettingsDialog({ open, onClose }: SettingsDialogProps) {
  const { t } = useTranslation()
  const logOut = useLogOut()
  return (
    <Dialog title={t('settings.title')} open={open} onClose={onClose} wide>
      <Tabs.Root className="settings" defaultValue="profile" orientation="vertical">
        <div className="settings-side">
          <Tabs.List className="settings-tabs">
            <SettingsTab value="profile" icon={UserRound} label={t('settings.profile')} />
            <SettingsTab value="appearance" icon={Palette} label={t('settings.appearance')} />
            <SettingsTab value="security" icon={KeyRound} label={t('settings.security')} />
            <SettingsTab value="sessions" icon={MonitorSmartphone} label={t('settings.sessions')} />
            <SettingsTab value="account" icon={UserRoundX} label={t('settings.account')} />
          </Tabs.List>
          <Button className="settings-out" onClick={() => void logOut()}>
            <LogOut size={17} aria-hidden="true" />
            {t('settings.logOut')}
          </Button>
        </div>
        <Tabs.Panel className="settings-panel" value="profile">
          <ProfileSettings />
        </Tabs.Panel>
        <Tabs.Panel className="settings-panel" value="appearance">
          <AppearanceSettings />
        </Tabs.Panel>
        <Tabs.Panel className="settings-panel" value="security">
          <PasswordSettings />
        </Tabs.Panel>
        <Tabs.Panel className="settings-panel" value="sessions">
          <SessionSettings />
        </Tabs.Panel>
        <Tabs.Panel className="settings-panel" value="account">
          <AccountSettings />
        </Tabs.Panel>
      </Tabs.Root>
    </Dialog>
  )
}

function SettingsTab({ value, icon: Icon, label }: { value: string; icon: LucideIcon; label: string }) {
  return (
    <Tabs.Tab className="settings-tab" value={value}>
      <Icon size={18} aria-hidden="true" />
      {label}
    </Tabs.Tab>
  )
}
