import { type ReactNode, useEffect, useRef } from 'react'
import { UpdateNotice } from '../../shared/offline/update-notice.tsx'
import { Page } from '../../shared/ui/index.ts'
import { CounterNav } from './counter-nav.tsx'
import { Safety } from './safety.tsx'
import { SessionMenu } from './session-menu.tsx'
import { StateBar } from './state-bar.tsx'

/** The frame of a view beside the counter's own: state, ways, what is safe, and its heading in focus. */
export const CounterPage = ({
  title,
  children,
}: {
  readonly title: string
  readonly children: ReactNode
}) => {
  const heading = useRef<HTMLHeadingElement>(null)
  // The view changed without a new page: whoever does not see it hears where they are.
  useEffect(() => heading.current?.focus(), [])
  return (
    <Page title={title} homeHref="/pro/" header={<StateBar />} headerEnd={<SessionMenu />}>
      <div className="workspace">
        <CounterNav />
        <h1 ref={heading} tabIndex={-1} className="view-title">
          {title}
        </h1>
        <UpdateNotice />
        <Safety />
        {children}
      </div>
    </Page>
  )
}
