// The app's texts: makes the i18next instance, chooses the language and keeps the choice on this device. Only the texts
// of the language in use are loaded.
import { createInstance, type i18n as I18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { deviceStorage } from '../session/device-storage.ts'
import { isolate } from '../ui/isolate.ts'
import type { en } from './en.ts'
import { preferredLanguages } from './preferred-languages.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app'
    resources: { app: typeof en }
  }
}

const namespace = 'app'
const storageKey = 'parley.language'

const loadTexts = {
  en: () => import('./en.ts').then((module) => module.en),
  ru: () => import('./ru.ts').then((module) => module.ru),
}

export type Language = keyof typeof loadTexts
export const languages: readonly Language[] = ['en', 'ru']

const isLanguage = (value: string | null | undefined): value is Language =>
  languages.some((language) => language === value)

/** The person's own choice on this device, else the first language of the browser that the app speaks, else English. */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored
  return preferred.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLanguage) ?? 'en'
}

/** The language that this device is set to. */
export const currentLanguage = (instance: I18n): Language =>
  isLanguage(instance.language) ? instance.language : 'en'

export async function createI18n(): Promise<I18n> {
  const language = chooseLanguage(deviceStorage().getItem(storageKey), preferredLanguages())
  const instance = createInstance({
    lng: language,
    fallbackLng: false,
    defaultNS: namespace,
    resources: { [language]: { [namespace]: await loadTexts[language]() } },
    // React escapes by itself; what has to be escaped here is the direction of a name in a sentence.
    interpolation: { escapeValue: true, escape: isolate },
  })
  instance.on('languageChanged', (changed) => {
    document.documentElement.lang = changed
  })
  await instance.use(initReactI18next).init()
  return instance
}

/** Switches the language and remembers it on this device. */
export async function setLanguage(instance: I18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, namespace))
    instance.addResourceBundle(language, namespace, await loadTexts[language]())
  deviceStorage().setItem(storageKey, language)
  await instance.changeLanguage(language)
}
