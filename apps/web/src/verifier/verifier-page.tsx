import { defaultProfile, type Verdict, verifyAny } from '@sidep/verdict'
import { useState } from 'react'
import './verifier.css'
import { useWakeLock } from '../shared/device/use-wake-lock.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { UpdateNotice } from '../shared/offline/update-notice.tsx'
import { CodeCamera, PictureButton, type Texts } from '../shared/reader/index.ts'
import { Page, Working } from '../shared/ui/index.ts'
import { DataLine } from './data-line.tsx'
import { freshnessOf } from './freshness.ts'
import {
  judgedAt,
  type Mode,
  type ModeChoice,
  modeChoices,
  parseMode,
  rememberedMode,
  rememberMode,
} from './mode.ts'
import { ModeBar } from './mode-bar.tsx'
import type { TrustData } from './trust-source.ts'
import { TypedCode } from './typed-code.tsx'
import { useTrust } from './use-trust.ts'
import { VerdictScreen } from './verdict-screen.tsx'
import { type VerdictView, verdictView } from './verdict-view.ts'
import { verifierMessages } from './verifier-messages.ts'

const choices = modeChoices(defaultProfile)
const accepts = ['qr', 'datamatrix'] as const

/** The verifier: mode, camera, verdict. What was scanned lives in one state, until the next scan. */
export const VerifierPage = () => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const { loading, renew } = useTrust()
  const [mode, setMode] = useState(() => parseMode(rememberedMode(), choices))
  const [shown, setShown] = useState<VerdictView | null>(null)
  useWakeLock()

  const choice = choices.find(({ id }) => id === mode.choice)
  const data = usable(loading?.data ?? null, loading?.clockDifferenceMilliseconds ?? null)

  const judge = async (texts: Texts): Promise<void> => {
    if (data === null || choice === undefined) return
    const now = new Date()
    setShown(verdictView(await judged(texts, data, mode, choice, now), now))
  }

  return (
    <>
      <div className="verifier" inert={shown !== null}>
        <Page title={t('title')} width="narrow">
          <div className="stack">
            <h1 className="visually-hidden">{t('title')}</h1>
            <UpdateNotice />
            <ModeBar
              choices={choices}
              mode={mode}
              onChange={(chosen) => {
                rememberMode(chosen)
                setMode(chosen)
              }}
            />
            {loading === null && <Working>{t('dataLoading')}</Working>}
            {data !== null && (
              <>
                <CodeCamera accepts={accepts} onRead={judge} paused={shown !== null} />
                <div className="verifier-other">
                  <PictureButton accepts={accepts} onRead={judge} />
                  <TypedCode onVerify={(text) => judge([text])} />
                </div>
              </>
            )}
            {loading !== null && <DataLine loading={loading} onRenew={renew} />}
            <p className="small muted">{t('privacy')}</p>
          </div>
        </Page>
      </div>
      {shown !== null && choice !== undefined && (
        <VerdictScreen
          view={shown}
          modeTitle={choice.title[language]}
          onDone={() => setShown(null)}
        />
      )}
    </>
  )
}

/** Nothing is judged with data that has run out, or by a clock that is known to be wrong. */
function usable(data: TrustData | null, clockDifference: number | null): TrustData | null {
  if (data === null) return null
  return freshnessOf(data, new Date(), clockDifference).kind === 'expired' ? null : data
}

function judged(
  texts: Texts,
  { trust, profile }: TrustData,
  mode: Mode,
  { purpose }: ModeChoice,
  now: Date,
): Promise<Verdict> {
  return verifyAny(texts, trust, judgedAt(mode, now), purpose, profile)
}
