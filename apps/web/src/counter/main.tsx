import './counter.css'
import { type HeartbeatInput, type ShownSession, shownOf } from '@sidep/contracts'
import { sendHeartbeat, startRenewal } from '@sidep/contracts/endpoints'
import { bytesToBase64url } from '@sidep/encoding'
import { makeUuidV7 } from '@sidep/identifiers'
import { type ApiClient, browserApi, type Contact } from '../shared/api/index.ts'
import { createActSigner } from '../shared/device/act-signer.ts'
import { openDeviceKey } from '../shared/device/device-key.ts'
import { browserPasskeys } from '../shared/device/passkey.ts'
import { openVault } from '../shared/storage/index.ts'
import { ComponentLanguage } from '../shared/ui/component-language.tsx'
import { bringDialogs } from '../shared/ui/dialog.tsx'
import { mount } from '../shared/ui/mount.tsx'
import { tabActing } from './acting/acting-for.ts'
import { App } from './app.tsx'
import type { CatchUpDesk } from './catch-up/desk.ts'
import { holdLock } from './catch-up/hold-lock.ts'
import { CounterProvider } from './context.ts'
import { createCounter } from './counter.ts'
import { openBegunCorrection } from './form/begun-correction.ts'
import { claimDraftPlace, correctionPlaceOf, openDraft } from './form/draft-store.ts'
import { workerStretch } from './lock/worker-stretch.ts'
import { exclusiveIn, openTab } from './outbox/tabs.ts'
import { createRecords } from './record/records.ts'
import { createOpenSessions } from './session/open-sessions.ts'
import { pendingPlace } from './session/pending-act.ts'
import { openSessionTabs } from './session/session-tabs.ts'
import { tabSignIn } from './session/sign-in-begun.ts'
import { openTabDraft } from './session/tab-draft.ts'
import { tabRequests } from './session/waiting-request.ts'
import { createSiteNotices } from './site/site-notices.ts'
import { createSlips } from './slips/slips.ts'
import { createSoftware } from './software/software.ts'
import { isRecordedHere } from './state.ts'
import { createTeam } from './team/team.ts'
import { ActingChanged } from './views/acting-changed.tsx'
import { documentPart } from './views/document-part.ts'
import { bring } from './views/on-demand.tsx'
import { viewParts } from './views/parts.ts'
import { PhoneDialog } from './views/phone-dialog.tsx'

const now = (): Date => new Date()
const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))

const afterMilliseconds = (milliseconds: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, milliseconds)
  return () => clearTimeout(timer)
}

/** Outlives the page that sends it, which is why it does not go by the client and its time-outs. */
const sendLast = (heartbeat: HeartbeatInput): void => {
  fetch(sendHeartbeat.path, {
    method: sendHeartbeat.method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(heartbeat),
    keepalive: true,
  }).catch(() => undefined)
}

const signingCode = async () => (await import('@sidep/sdk/certify')).certify

const start = async (): Promise<void> => {
  const vault = openVault('sidep-counter')
  const device = await openDeviceKey()
  const { locks } = navigator
  const heard: {
    contacted?: (contact: Contact) => void
    sessionId?: () => string | undefined
    shown?: () => ShownSession | null
  } = {}
  const signer = createActSigner({
    device,
    origin: location.origin,
    now,
    randomBytes,
    sessionId: () => heard.sessionId?.(),
    ask: async () => {
      const start = await api.ask(startRenewal)
      return start.ok ? start.value : null
    },
  })
  const api: ApiClient = browserApi(
    (contact) => {
      signer.heard(contact)
      heard.contacted?.(contact)
    },
    signer.headers,
    () => heard.shown?.() ?? null,
  )
  const counter = createCounter({
    api,
    vault,
    now,
    monotonic: () => performance.now(),
    random: Math.random,
    randomBytes,
    device,
    signingCode,
    passkeys: browserPasskeys(),
    stretch: workerStretch,
    origin: location.origin,
    tabDraft: openTabDraft(),
    acting: tabActing(),
    sessionTabs: openSessionTabs(),
    requests: tabRequests(),
    signInBegun: tabSignIn(),
    exclusive: exclusiveIn(locks),
    ...openTab(locks, bytesToBase64url(randomBytes(12))),
    after: afterMilliseconds,
    isVisible: () => document.visibilityState === 'visible',
    sendLast,
  })
  heard.contacted = counter.contacted
  heard.sessionId = () => counter.store.get().session?.sessionId
  heard.shown = () => shownOf(counter.store.get().session)
  await counter.open()
  const draftPlace = await claimDraftPlace(vault, navigator.locks)
  const kept = {
    vault,
    later: (work: () => void) => void setTimeout(work),
    storageFailed: (error: unknown) => console.error('DRAFT_NOT_SAVED', error),
  }
  const draft = await openDraft({
    ...kept,
    place: draftPlace,
    newId: () => makeUuidV7(now(), randomBytes),
    device: counter.store.get().recentDevices[0] ?? '',
    isRecorded: (id) => isRecordedHere(counter.store.get(), id),
  })
  const correction = await openBegunCorrection({ ...kept, place: correctionPlaceOf(draftPlace) })
  const openCatchUp = async (): Promise<CatchUpDesk> => {
    const { createCatchUpDesk } = await import('./catch-up/desk.ts')
    const desk = createCatchUpDesk({
      vault,
      counter: counter.store,
      lines: counter.lines,
      now,
      newId: () => makeUuidV7(now(), randomBytes),
      hold: (waits) => holdLock(navigator.locks, 'sidep-catch-up', waits),
    })
    // In a second tab it waits for the first one to close.
    desk.open().catch((error: unknown) => console.error('CATCH_UP_NOT_OPEN', error))
    return desk
  }
  let opened: Promise<CatchUpDesk> | null = null
  const catchUp = (): Promise<CatchUpDesk> => {
    opened ??= openCatchUp().catch((error: unknown) => {
      // One whose code did not come is asked for again.
      opened = null
      throw error
    })
    return opened
  }
  const { portal } = counter
  const who = (): string | undefined => counter.store.get().session?.sessionId
  const slips = createSlips(api, portal, vault)
  const sessions = createOpenSessions(api, portal, who)
  const software = createSoftware(api, portal, who)
  const site = createSiteNotices(api, portal, now)
  const team = createTeam(api, portal, who, now)
  const records = createRecords(api, portal)
  for (const gesture of ['pointerdown', 'keydown']) {
    addEventListener(gesture, counter.touch, { passive: true, capture: true })
  }
  addEventListener('pagehide', counter.leave)
  addEventListener('online', counter.refresh)
  addEventListener('offline', counter.refresh)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') counter.refresh()
  })
  const hash = pendingPlace()
  // Back from a fresh sign-in: to where the act was begun.
  if (hash !== null && location.hash === '') location.hash = hash
  mount(
    <ComponentLanguage>
      <CounterProvider
        value={{
          counter,
          draft,
          correction,
          slips,
          catchUp,
          team,
          sessions,
          software,
          site,
          records,
        }}
      >
        <App />
        <PhoneDialog />
        <ActingChanged />
      </CounterProvider>
    </ComponentLanguage>,
  )
  // What was typed from papers is sent whether or not it is looked at.
  catchUp().catch((error: unknown) => console.error('CATCH_UP_NOT_OPEN', error))
  await counter.start()
}

/** While this browser's memory is read and the portal says who is here, what they will work in is on its way. */
const ahead = (work: Promise<unknown>): void => {
  work.catch((error: unknown) => console.error('VIEW_NOT_AHEAD', error))
}
ahead(bring(viewParts.counter))
addEventListener(
  'load',
  () => {
    ahead(bring(documentPart))
    ahead(bringDialogs())
    ahead(signingCode())
    // An outage may come before the service worker has it.
    ahead(import('./lock/seal.ts'))
  },
  { once: true },
)
await start()
