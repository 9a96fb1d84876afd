// Catches what a page throws while rendering, a lazily loaded part that a new release removed included.
import { Component, type ReactNode } from 'react'
import { Translation } from 'react-i18next'
import { Button } from './button.tsx'
import './error-boundary.css'

interface ErrorBoundaryProps {
  /** `overlay`: what failed would have lain on top of the page, which stays usable. */
  place?: 'page' | 'overlay'
  children: ReactNode
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <Translation>
        {(t) => (
          <div className={this.props.place === 'overlay' ? 'failed failed-overlay' : 'failed'} role="alert">
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
