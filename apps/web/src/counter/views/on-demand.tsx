import { type ComponentType, useEffect, useState } from 'react'
import { useMessages } from '../../shared/messages/index.ts'
import { Button, Notice, Working } from '../../shared/ui/index.ts'
import { onDemandMessages } from './on-demand-messages.ts'

/**
 * A view whose code comes when it is first asked for: from the service worker, which holds all of a version's files,
 * or from the server. Where neither has it, a reload is offered: what is typed is kept.
 *
 * @param load the same function each time
 */
export const OnDemand = ({ load }: { readonly load: () => Promise<ComponentType> }) => {
  const t = useMessages(onDemandMessages)
  const [loaded, setLoaded] = useState<{ readonly View: ComponentType } | 'failed' | null>(null)
  useEffect(() => {
    let isCurrent = true
    load().then(
      (View) => {
        if (isCurrent) setLoaded({ View })
      },
      (error: unknown) => {
        console.error('VIEW_NOT_LOADED', error)
        if (isCurrent) setLoaded('failed')
      },
    )
    return () => {
      isCurrent = false
    }
  }, [load])
  if (loaded === null) return <Working>{t('loading')}</Working>
  if (loaded === 'failed')
    return (
      <Notice tone="warn" live="alert" title={t('failed')} supportCode="VIEW_NOT_LOADED">
        <p>{t('failedHelp')}</p>
        <div>
          <Button onPress={() => location.reload()}>{t('reload')}</Button>
        </div>
      </Notice>
    )
  return <loaded.View />
}
