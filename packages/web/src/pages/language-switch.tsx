// The language, for pages where nobody is logged in yet.
import { useTranslation } from 'react-i18next'
import { type Language, languages, setLanguage } from '../i18n/i18n.ts'
import './language-switch.css'

const names: Record<Language, string> = { en: 'English', ru: 'Русский' }

export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  return (
    <select
      className="language-switch"
      aria-label={t('settings.language')}
      value={i18n.language}
      onChange={(event) => {
        const language = languages.find((known) => known === event.target.value)
        if (language !== undefined) void setLanguage(i18n, language)
      }}
    >
      {languages.map((language) => (
        <option key={language} value={language}>
          {names[language]}
        </option>
      ))}
    </select>
  )
}
