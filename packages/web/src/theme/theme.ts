// Light or dark: the person's choice on this device, else the system's.

import { deviceStorage } from '../session/device-storage.ts'

const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const storageKey = 'parley.theme'

export function storedTheme(): Theme {
  const stored = deviceStorage().getItem(storageKey)
  return themes.find((theme) => theme === stored) ?? 'system'
}

/** Shows the theme; tokens.css does the rest. */
export function showTheme(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
}

export function setTheme(theme: Theme): void {
  deviceStorage().setItem(storageKey, theme)
  showTheme(theme)
}
