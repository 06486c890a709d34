import {
  lazy,
  type ReactNode,
  startTransition,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import './verifier.css'
import { useWakeLock } from '../shared/device/use-wake-lock.ts'
import { useLanguage, useMessages } from '../shared/messages/index.ts'
import { loadPart } from '../shared/offline/load-part.ts'
import { UpdateNotice } from '../shared/offline/update-notice.tsx'
import { CodeCamera, type Texts } from '../shared/reader/index.ts'
import { noteField, useScanner } from '../shared/scanner/index.ts'
import { Page, Working } from '../shared/ui/index.ts'
import { afterDrawing } from './after-drawing.ts'
import { DataNotice } from './data-line.tsx'
import { isUsable } from './freshness.ts'
import { HoldButton } from './hold-button.tsx'
import type { ToldLoading } from './judging/judge.ts'
import { LatePart } from './late-part.tsx'
import {
  judgedAt,
  type Mode,
  type ModeChoice,
  parseMode,
  rememberedMode,
  rememberMode,
} from './mode.ts'
import { rememberedSound, rememberSound, usePreparedSound } from './sounds.ts'
import { Strip } from './strip.tsx'
import { keepTally, keptTally, noTally } from './tally.ts'
import type { TrustScan } from './trust-codes.ts'
import { useFocusBack } from './use-focus-back.ts'
import { useTrust } from './use-trust.ts'
import { countedAs, type Phase, VerdictScreen } from './verdict-screen.tsx'
import type { VerdictView } from './verdict-view.ts'
import { verifierMessages } from './verifier-messages.ts'

const accepts = ['qr', 'datamatrix'] as const

/** What stands below the camera comes behind it: nobody waits for it to check a code. */
const VerifierFoot = lazy(async () => {
  const { VerifierFoot: part } = await loadPart(() => import('./verifier-foot.tsx'))
  return { default: part }
})
/** What is opened once an evening comes when it is first asked for, from the worker's copy where there is no network. */
const ModeDialog = lazy(async () => {
  const { ModeDialog: part } = await loadPart(() => import('./mode-dialog.tsx'))
  return { default: part }
})
const TrustTold = lazy(async () => {
  const { TrustTold: part } = await loadPart(() => import('./trust-told.tsx'))
  return { default: part }
})
const ShareDialog = lazy(async () => {
  const { ShareDialog: part } = await loadPart(() => import('./share-dialog.tsx'))
  return { default: part }
})

/** Until it is known what the rules in force can check. */
const noChoices: readonly ModeChoice[] = []

interface Shown {
  readonly view: VerdictView
  /** Whole minutes since the same was accepted here; null when it was not. */
  readonly seenMinutesAgo: number | null
  /** Each verdict is one of its own, also when it says the same as the last. */
  readonly number: number
}

/** The verifier: mode, camera, verdict. What was scanned lives in one state, until the next scan. */
export const VerifierPage = () => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const { loading, judge, renew, scan, share } = useTrust()
  const isReady = isUsableNow(loading)
  const choices = loading?.choices ?? noChoices
  const [remembered, setRemembered] = useState(rememberedMode)
  // What was remembered may be a country whose rules come with the data.
  const mode = useMemo(() => parseMode(remembered, choices), [remembered, choices])
  const [isChoosing, setIsChoosing] = useState(false)
  const [isSharing, setIsSharing] = useState(false)
  const [told, setTold] = useState<Exclude<TrustScan, { kind: 'none' }> | null>(null)
  const tellNoMore = useCallback(() => setTold(null), [])
  const [shown, setShown] = useState<Shown | null>(null)
  const [fault, setFault] = useState<{ readonly error: unknown } | null>(null)
  const [phase, setPhase] = useState<Phase>('full')
  const [tally, setTally] = useState(() => keptTally(new Date()))
  const [sound, setSound] = useState(rememberedSound)
  useWakeLock()
  usePreparedSound(sound)

  // Nothing can be checked any more: that is not to look like a code that is not read.
  if (fault !== null) throw fault.error

  const choice = choices.find(({ id }) => id === mode.choice)
  const isCovered = shown !== null && phase !== 'resting'
  useFocusBack(shown !== null)

  /** Takes what codes say of the data itself; the others are somebody's. */
  const withoutTrustCodes = async (texts: Texts): Promise<readonly string[]> => {
    const left: string[] = []
    for (const text of texts) {
      const result = await scan(text)
      if (result.kind === 'none') left.push(text)
      else setTold(result)
    }
    return left
  }
  const check = async (all: Texts): Promise<void> => {
    const [first, ...others] = await withoutTrustCodes(all)
    if (first === undefined || !isReady || choice === undefined) return
    const now = new Date()
    const judged = await judge({
      texts: [first, ...others],
      purpose: choice.purpose,
      at: judgedAt(mode, now),
      now,
      shown: shown?.view ?? null,
    })
    // Its trust is gone from the device, or past its end since: it is fetched anew, and what is wrong is said.
    if (judged.kind === 'no-trust') renew()
    if (judged.kind !== 'verdict') return
    const { view, seenAt } = judged
    const seenMinutesAgo =
      seenAt === null ? null : Math.floor((now.getTime() - seenAt.getTime()) / 60_000)
    setPhase('full')
    setShown({ view, seenMinutesAgo, number: (shown?.number ?? 0) + 1 })
    const counted = countedAs(view)
    const soFar = keptTally(now)
    const next = { ...soFar, [counted]: soFar[counted] + 1 }
    keepTally(next, now)
    // Behind the verdict nobody sees it: it is drawn after it.
    startTransition(() => setTally(next))
  }
  const latestCheck = useRef(check)
  latestCheck.current = check
  // One that stays the same: what is behind a verdict is not drawn again with each.
  const read = useCallback((texts: Texts) => {
    latestCheck.current(texts).catch((error: unknown) => setFault({ error }))
  }, [])

  const putBack = useRef<() => void>(() => undefined)
  useScanner(
    () => {
      putBack.current = noteField()
    },
    (text) => {
      putBack.current()
      if (!isChoosing) read([text])
    },
  )

  const strip = useMemo(
    () => <Strip choices={choices} mode={mode} loading={loading} />,
    [choices, mode, loading],
  )
  const change = useMemo(
    () => <HoldButton onPress={() => setIsChoosing(true)}>{t('changeMode')}</HoldButton>,
    [t],
  )
  const notices = useMemo(
    () => (
      <>
        <h1 className="visually-hidden">{t('title')}</h1>
        <UpdateNotice />
        {loading === null && <Working>{t('dataLoading')}</Working>}
        {loading !== null && <DataNotice loading={loading} onRenew={renew} />}
      </>
    ),
    [t, loading, renew],
  )
  const resetTally = useCallback(() => {
    keepTally(noTally, new Date())
    setTally(noTally)
  }, [])
  const changeSound = useCallback((isOn: boolean) => {
    rememberSound(isOn)
    setSound(isOn)
  }, [])
  const [hasFoot, setHasFoot] = useState(true)
  const withoutFoot = useCallback(() => setHasFoot(false), [])
  const openShare = useCallback(() => setIsSharing(true), [])

  return (
    <>
      <Behind isCovered={isCovered}>
        <Page title={t('title')} header={strip} headerEnd={change}>
          {notices}
          {told !== null && (
            <LatePart onClose={tellNoMore}>
              <TrustTold told={told} onDone={tellNoMore} />
            </LatePart>
          )}
          {(isReady || loading?.problem === 'TRUST_EXPIRED') && (
            <CodeCamera
              accepts={accepts}
              onRead={read}
              paused={isCovered || isChoosing || isSharing}
            />
          )}
          {hasFoot && (
            <LatePart onClose={withoutFoot}>
              <VerifierFoot
                accepts={accepts}
                tally={tally}
                isReady={isReady}
                sound={sound}
                onRead={read}
                onResetTally={resetTally}
                onSound={changeSound}
                onShare={openShare}
              />
            </LatePart>
          )}
        </Page>
      </Behind>
      {isChoosing && (
        <LatePart onClose={() => setIsChoosing(false)}>
          <ModeDialog
            choices={choices}
            mode={mode}
            onClose={() => setIsChoosing(false)}
            onChange={(next: Mode) => {
              rememberMode(next)
              setRemembered(JSON.stringify(next))
              setIsChoosing(false)
            }}
          />
        </LatePart>
      )}
      {isSharing && (
        <LatePart onClose={() => setIsSharing(false)}>
          <ShareDialog texts={share} onClose={() => setIsSharing(false)} />
        </LatePart>
      )}
      {shown !== null && choice !== undefined && (
        <VerdictScreen
          key={shown.number}
          view={shown.view}
          modeTitle={choice.title[language]}
          seenMinutesAgo={shown.seenMinutesAgo}
          sound={sound}
          onPhase={setPhase}
          onDone={() => setShown(null)}
        />
      )}
    </>
  )
}

/**
 * The page behind the verdict, out of reach while it is covered: once the verdict is drawn, for the whole page is laid out
 * anew by that.
 */
const Behind = ({
  isCovered,
  children,
}: {
  readonly isCovered: boolean
  readonly children: ReactNode
}) => {
  const element = useRef<HTMLDivElement>(null)
  useEffect(
    () =>
      afterDrawing(() => {
        if (element.current !== null) element.current.inert = isCovered
      }),
    [isCovered],
  )
  return (
    <div ref={element} className="verifier">
      {children}
    </div>
  )
}

/** Nothing is judged with an index past its end; what the age of a part makes unsafe the verdict says. */
const isUsableNow = (loading: ToldLoading | null): boolean =>
  loading !== null && loading.index !== null && isUsable(loading.index, new Date())
