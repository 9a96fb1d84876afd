// Catches what a page throws while rendering, a lazily loaded part that a new release removed included.
import { Component, type ReactNode } from 'react'
import { Translation } from 'react-i18next'
import { Button } from './button.tsx'
import './error-boundary.css'

export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <Translation>
        {(t) => (
          <div className="failed" role="alert">
            <p>{t('app.newVersion')}</p>
            <Button look="primary" onClick={() => location.reload()}>
              {t('app.reload')}
            </Button>
          </div>
        )}
      </Translation>
    )
  }
}
