// Language and theme. The theme is this device's; the language is the account's too.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../client/client-context.tsx'
import { currentLanguage, setLanguage } from '../i18n/i18n.ts'
import { setTheme, storedTheme, type Theme } from '../theme/theme.ts'
import { ChoiceList } from '../ui/choice-list.tsx'

export function AppearanceSettings() {
  const { t, i18n } = useTranslation()
  const client = useClient()
  const [theme, chooseTheme] = useState<Theme>(storedTheme)
  return (
    <div className="form">
      <ChoiceList
        legend={t('settings.language')}
        value={currentLanguage(i18n)}
        choices={[
          { value: 'en', label: 'English' },
          { value: 'ru', label: 'Русский' },
        ]}
        onChange={(locale) => {
          void setLanguage(i18n, locale)
          // The account's language only serves other devices; this one keeps its own.
          client.call('updateMe', { body: { locale } }).catch(() => undefined)
        }}
      />
      <ChoiceList
        legend={t('settings.theme')}
        value={theme}
        choices={[
          { value: 'system', label: t('settings.themeSystem') },
          { value: 'light', label: t('settings.themeLight') },
          { value: 'dark', label: t('settings.themeDark') },
        ]}
        onChange={(chosen) => {
          setTheme(chosen)
          chooseTheme(chosen)
        }}
      />
    </div>
  )
}
