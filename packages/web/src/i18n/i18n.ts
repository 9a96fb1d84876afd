// The app's texts: makes the i18next instance, chooses the language and keeps the choice on this device.
import { createInstance, type i18n as I18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { en } from './en.ts'
import { ru } from './ru.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app'
    resources: { app: typeof en }
  }
}

export const languages = ['en', 'ru'] as const
export type Language = (typeof languages)[number]

const storageKey = 'parley.language'

const isLanguage = (value: string | null | undefined): value is Language =>
  languages.some((language) => language === value)

/** The person's own choice on this device, else the first language of the browser that the app speaks, else English. */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored
  return preferred.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLanguage) ?? 'en'
}

/** Resources are bundled, so the instance is usable when this returns. */
export function createI18n(): I18n {
  const instance = createInstance({
    lng: chooseLanguage(localStorage.getItem(storageKey), navigator.languages),
    fallbackLng: 'en',
    defaultNS: 'app',
    resources: { en: { app: en }, ru: { app: ru } },
    interpolation: { escapeValue: false },
    initAsync: false,
  })
  instance.on('languageChanged', (language) => {
    document.documentElement.lang = language
  })
  void instance.use(initReactI18next).init()
  return instance
}

/** Switches the language and remembers it on this device. */
export async function setLanguage(instance: I18n, language: Language): Promise<void> {
  localStorage.setItem(storageKey, language)
  await instance.changeLanguage(language)
}
