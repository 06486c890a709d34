import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice, Working } from '../../shared/ui/index.ts'
import { onDemandMessages } from './on-demand-messages.ts'

/** A part of the page whose code comes by itself, and stays once it came. */
export interface Part<Props> {
  readonly load: () => Promise<ComponentType<Props>>
  /** There at once the next time, without a moment of nothing in between. */
  arrived?: ComponentType<Props>
}

/** Brings the code of a part ahead of its use. Whoever then uses it is told if it does not come. */
export const bring = async <Props,>(part: Part<Props>): Promise<void> => {
  part.arrived ??= await part.load()
}

interface OnDemandProps<Props> {
  /** The same each time. */
  readonly part: Part<Props>
  readonly props: Props
  /** What is around the words that are said meanwhile, where the view brings its own frame. */
  readonly frame?: (words: ReactNode) => ReactNode
}

/**
 * A view whose code comes when it is first asked for: from the service worker, which holds all of a version's files,
 * or from the server. Where neither has it, a reload is offered: what is typed is kept.
 */
export const OnDemand = <Props extends object>({
  part,
  props,
  frame = (words) => words,
}: OnDemandProps<Props>) => {
  const [state, setState] = useState({ part, hasFailed: false })
  const View = part.arrived
  const isMissing = View === undefined
  useEffect(() => {
    if (!isMissing) return
    let isCurrent = true
    const settle = (hasFailed: boolean): void => {
      if (isCurrent) setState({ part, hasFailed })
    }
    bring(part).then(
      () => settle(false),
      (error: unknown) => {
        console.error('VIEW_NOT_LOADED', error)
        settle(true)
      },
    )
    return () => {
      isCurrent = false
    }
  }, [part, isMissing])
  if (View !== undefined) return <View {...props} />
  return frame(<Meanwhile hasFailed={state.part === part && state.hasFailed} />)
}

const Meanwhile = ({ hasFailed }: { readonly hasFailed: boolean }) => {
  const t = useMessages(onDemandMessages)
  if (!hasFailed) return <Working>{t('loading')}</Working>
  return (
    <Notice tone="warn" live="alert" title={t('failed')} supportCode="VIEW_NOT_LOADED">
      <p>{t('failedHelp')}</p>
      <div>
        <Button onPress={() => location.reload()}>{t('reload')}</Button>
      </div>
    </Notice>
  )
}
