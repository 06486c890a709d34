import { type ComponentType, type ReactNode, useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { loadPart, reloadForPart } from '../../shared/offline/load-part.ts'
import { Button, ErrorBoundary, Notice, Working } from '../../shared/ui/index.ts'
import { useCounterState } from '../context.ts'
import { onDemandMessages } from './on-demand-messages.ts'

/** A part of the page whose code comes by itself, and stays once it came. */
export interface Part<Props> {
  readonly load: () => Promise<ComponentType<Props>>
  /** There at once the next time, without a moment of nothing in between. */
  arrived?: ComponentType<Props>
}

/** Brings the code of a part ahead of its use. Whoever then uses it is told if it does not come. */
export const bring = async <Props,>(part: Part<Props>): Promise<void> => {
  part.arrived ??= await loadPart(part.load)
}

interface OnDemandProps<Props> {
  /** The same each time. */
  readonly part: Part<Props>
  readonly props: Props
  /** What is around the words that are said meanwhile, where the view brings its own frame. */
  readonly frame?: (words: ReactNode) => ReactNode
  /** Whether a reload leads back to it; elsewhere the page reloads only when a person tries again. */
  readonly isPlace?: boolean
}

/**
 * A view whose code comes when it is first asked for: from the service worker, which holds all of a version's files,
 * or from the server. Where neither has it, it is tried again; then, as after a deployment, the page is reloaded once, which
 * keeps what is typed; then a person is asked. A defect in it ends it alone.
 */
export const OnDemand = <Props extends object>({
  part,
  props,
  frame = (words) => words,
  isPlace = true,
}: OnDemandProps<Props>) => {
  const { storage } = useCounterState()
  const [tries, setTries] = useState(1)
  const [state, setState] = useState({ part, hasFailed: false })
  const View = part.arrived
  const isMissing = View === undefined
  const mayReload = useEffectEvent(() => storage === 'kept' && (isPlace || tries > 1))
  useEffect(() => {
    if (!isMissing) return
    let isCurrent = true
    const isAsked = tries > 1
    const settle = (hasFailed: boolean): void => {
      if (isCurrent) setState({ part, hasFailed })
    }
    const show = async (): Promise<void> => {
      try {
        await bring(part)
        settle(false)
      } catch (error) {
        console.error('VIEW_NOT_LOADED', error)
        if (isCurrent && mayReload() && (await reloadForPart(isAsked))) return
        settle(true)
      }
    }
    void show()
    return () => {
      isCurrent = false
    }
  }, [part, isMissing, tries])

  const again = (): void => {
    setState({ part, hasFailed: false })
    setTries((count) => count + 1)
  }
  if (View === undefined)
    return frame(
      state.part === part && state.hasFailed ? <NotLoaded onAgain={again} /> : <Loading />,
    )
  return (
    <ErrorBoundary instead={(retry) => frame(<NotLoaded onAgain={retry} />)}>
      <View {...props} />
    </ErrorBoundary>
  )
}

const Loading = () => {
  const t = useMessages(onDemandMessages)
  return <Working>{t('loading')}</Working>
}

const NotLoaded = ({ onAgain }: { readonly onAgain: () => void }) => {
  const t = useMessages(onDemandMessages)
  const { storage } = useCounterState()
  return (
    <Notice tone="warn" live="alert" title={t('failed')} supportCode="VIEW_NOT_LOADED">
      <p>{t(storage === 'kept' ? 'failedHelp' : 'failedHelpUnkept')}</p>
      <div className="actions">
        <Button onPress={onAgain}>{t('again')}</Button>
        <Button onPress={() => location.reload()}>{t('reload')}</Button>
      </div>
    </Notice>
  )
}
