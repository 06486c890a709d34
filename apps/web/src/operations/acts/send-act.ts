/** Sends an act as its form and the preview say it. */
import { watchedComponents } from '@sidep/contracts'
import {
  actOnIncident,
  closeFraudAlert,
  draftNotice,
  pauseFeed,
  revokeIssued,
  sayDoor,
  signNotice,
  suspendProfessional,
  withdrawNotice,
  withdrawPapers,
} from '@sidep/contracts/endpoints'
import type { ApiClient } from '../../shared/api/index.ts'
import { type ActKind, noticeTyped, previewFor, type Typed, whys } from './act-request.ts'

export const sendAct = (
  api: ApiClient,
  kind: ActKind,
  typed: Typed,
  {
    incident,
    certificates,
    now,
  }: { readonly incident: string; readonly certificates: number; readonly now: Date },
) => {
  const reason = (typed.reason ?? '').trim()
  const preview = previewFor(kind, typed)
  if (kind === 'open') {
    const component = watchedComponents.find((one) => one === typed.component) ?? 'entry'
    return api.ask(actOnIncident, { body: { kind, component, reason } })
  }
  if (kind === 'take' || kind === 'close')
    return api.ask(actOnIncident, { body: { kind, incident, reason } })
  if (kind === 'note') {
    const [fr, en] = [(typed.noteFr ?? '').trim(), (typed.noteEn ?? '').trim()]
    return api.ask(actOnIncident, { body: { kind, incident, fr, en, reason } })
  }
  if (kind === 'closeFraud')
    return api.ask(closeFraudAlert, { body: { professional: typed.professional ?? '', reason } })
  if (kind === 'signNotice' || kind === 'withdrawNotice') {
    const endpoint = kind === 'signNotice' ? signNotice : withdrawNotice
    return api.ask(endpoint, { body: { notice: typed.notice ?? '', reason } })
  }
  if (preview === null || preview === 'nothing')
    throw new Error('the form is filled before it is sent')
  switch (preview.of) {
    case 'door': {
      const to = typed.to === 'up' || typed.to === 'probes' ? typed.to : 'down'
      return api.ask(sayDoor, { body: { door: preview.door, to, hours: 8, reason } })
    }
    case 'feed': {
      const to = typed.to === 'running' ? 'running' : 'paused'
      return api.ask(pauseFeed, { body: { feed: preview.feed, to, reason } })
    }
    case 'suspension': {
      const to = typed.to === 'lifted' ? 'lifted' : 'suspended'
      const { professional } = preview
      return api.ask(suspendProfessional, { body: { professional, to, reason } })
    }
    case 'revocation': {
      const { professional, since } = preview
      return api.ask(revokeIssued, { body: { professional, since, certificates, reason } })
    }
    case 'notice': {
      const notice = noticeTyped(typed, now)
      if (notice === null) throw new Error('the form is filled before it is sent')
      return api.ask(draftNotice, { body: { ...notice, reason } })
    }
    case 'withdrawal': {
      const why = whys.find((one) => one === typed.why) ?? 'stolen'
      const { papers, site } = preview
      return api.ask(withdrawPapers, { body: { papers, site, why, reason } })
    }
  }
}
