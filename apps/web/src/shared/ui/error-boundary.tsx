import { Component, type ReactNode } from 'react'
import { commonMessages, useMessages } from '../messages/index.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

export interface ErrorBoundaryProps {
  readonly children: ReactNode
  /** Drawn in the place of what failed. */
  readonly instead: (again: () => void) => ReactNode
}

/** A defect in a part of the page ends that part, and no other. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true }
  }

  override componentDidCatch(error: unknown): void {
    console.error('VIEW_FAILED', error)
  }

  override render(): ReactNode {
    return this.state.hasFailed
      ? this.props.instead(() => this.setState({ hasFailed: false }))
      : this.props.children
  }
}

/** In the place of a whole page that failed: never an empty screen. */
export const PageFailed = ({ onAgain }: { readonly onAgain: () => void }) => {
  const t = useMessages(commonMessages)
  return (
    <main className="stack">
      <Notice tone="bad" live="alert" title={t('pageFailed')} supportCode="VIEW_FAILED">
        <p>{t('pageFailedHelp')}</p>
        <div className="actions">
          <Button variant="primary" onPress={() => location.reload()}>
            {t('reload')}
          </Button>
          <Button onPress={onAgain}>{t('tryAgain')}</Button>
        </div>
      </Notice>
    </main>
  )
}
