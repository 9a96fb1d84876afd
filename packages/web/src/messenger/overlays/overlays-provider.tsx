// Holds the overlays. Their code is loaded when the first one opens, or when the browser has nothing else to do.
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { Notice } from './notice.tsx'
import { type ConfirmRequest, type MenuRequest, type Overlays, OverlaysContext } from './overlays.ts'

const loadMenu = () => import('./action-menu.tsx')
const loadConfirm = () => import('./confirm-dialog.tsx')
const loadProfile = () => import('./profile-dialog.tsx')
const ActionMenu = lazy(loadMenu)
const ConfirmDialog = lazy(loadConfirm)
const ProfileDialog = lazy(loadProfile)

type Question = ConfirmRequest & { readonly answer: (agreed: boolean) => void }

/** What was asked for last stays while it fades out; `open` says whether it is there. */
interface Shown<T> {
  readonly value: T
  readonly open: boolean
}

const closed = <T,>(shown: Shown<T> | null): Shown<T> | null => shown && { ...shown, open: false }

export function OverlaysProvider({ children }: { children: ReactNode }) {
  const [menu, setMenu] = useState<Shown<{ menu: MenuRequest; opener: Element | null }> | null>(null)
  const [question, setQuestion] = useState<Shown<Question> | null>(null)
  const [profile, setProfile] = useState<Shown<string> | null>(null)
  const [notice, setNotice] = useState<{ text: string; at: number } | null>(null)
  const dismiss = useCallback(() => setNotice(null), [])

  useEffect(() => {
    const preload = () => void Promise.all([loadMenu(), loadConfirm(), loadProfile()]).catch(() => undefined)
    const timer = setTimeout(preload, 2000)
    return () => clearTimeout(timer)
  }, [])

  const overlays = useMemo(
    (): Overlays => ({
      openMenu: (request) =>
        setMenu({ value: { menu: request, opener: document.activeElement }, open: true }),
      confirm: (request) =>
        new Promise((answer) => setQuestion({ value: { ...request, answer }, open: true })),
      notify: (text) => setNotice({ text, at: Date.now() }),
      showProfile: (value) => setProfile({ value, open: true }),
    }),
    [],
  )

  return (
    <OverlaysContext value={overlays}>
      {children}
      <Notice notice={notice} onDismiss={dismiss} />
      <ErrorBoundary place="overlay">
        <Suspense fallback={null}>
          {menu && <ActionMenu {...menu.value} open={menu.open} onClose={() => setMenu(closed)} />}
          {profile && (
            <ProfileDialog userId={profile.value} open={profile.open} onClose={() => setProfile(closed)} />
          )}
          {question && (
            <ConfirmDialog
              request={question.value}
              open={question.open}
              onAnswer={(agreed) => {
                question.value.answer(agreed)
                setQuestion(closed)
              }}
            />
          )}
        </Suspense>
      </ErrorBoundary>
    </OverlaysContext>
  )
}
