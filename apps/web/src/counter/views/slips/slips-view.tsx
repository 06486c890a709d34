import './slips.css'
import { useEffect } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { useCounterState, useSlips, useSlipsState } from '../../context.ts'
import { CounterPage } from '../counter-page.tsx'
import { SiteNotices } from '../site-notices.tsx'
import { PrepareSlips } from './prepare-slips.tsx'
import { slipMessages } from './slip-messages.ts'
import { SlipsOut } from './slips-out.tsx'

/** Paper slips: prepared ahead of time, and those that are out. */
export const SlipsView = () => {
  const t = useMessages(slipMessages)
  const { session } = useCounterState()
  const slips = useSlips()
  const state = useSlipsState()
  const siteId = session?.site?.id ?? null
  useEffect(() => {
    if (siteId !== null) slips.open(siteId).catch(console.error)
  }, [slips, siteId])
  return (
    <CounterPage title={t('title')}>
      <p>{t('intro')}</p>
      <SiteNotices />
      {siteId !== null && state.siteId === siteId && (
        <div className="columns slip-columns">
          <PrepareSlips last={state.last} isLastKept={state.isLastKept} />
          <SlipsOut state={state} />
        </div>
      )}
    </CounterPage>
  )
}
