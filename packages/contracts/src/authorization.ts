/**
 * Who may do what, and who sees what: one row an endpoint of the contract. docs/reference/authorization.md is made from it,
 * and a test walks over it: an endpoint without a row fails, and so does a row that the server does not keep.
 */
import { routes } from './routes.ts'

/**
 * What an endpoint asks for before it works:
 * - `everyone`: nothing;
 * - `link`: the secret of a person's link, and their birth date;
 * - `gateway`: the secret shared with the SMS gateway;
 * - `door`: a sign-in under way in this browser, or a statement that the identity provider signed;
 * - `person`: an open session, whatever it works as;
 * - `site`: an open session at a site, as the responsible professional or a member of their staff.
 */
export type Access = 'everyone' | 'link' | 'gateway' | 'door' | 'person' | 'site'

export interface AuthorizationRow {
  readonly access: Access
  /** The device signs the request too; `fresh`: after a sign-in of the last minutes as well. */
  readonly weight?: 'signed' | 'fresh'
  /** Refused to staff: only who answers for a site, or for their own sessions, may. */
  readonly responsibleOnly?: true
  readonly act: string
  /** Fields of other people that the answer shows, and whose; of people tested, those that `visibleFields` tells. */
  readonly sees: string
  /** The act by which reading it is told in the audit chain of the site. */
  readonly trace?: string
}

const nobody = 'nothing of anybody'
const ownSite = 'people tested at the own site, in part (below); result and codes'

export const authorizationMatrix: Readonly<Record<string, AuthorizationRow>> = {
  [`GET ${routes.session}`]: {
    access: 'person',
    act: 'sees the own session',
    sees: 'the own name and sites',
  },
  [`DELETE ${routes.session}`]: {
    access: 'everyone',
    act: 'signs out of the session it brings, if any; unsigned by its device, ends its token alone',
    sees: nobody,
  },
  [`POST ${routes.sessionSite}`]: {
    access: 'person',
    act: 'chooses where, or for whom, to work',
    sees: 'the own name and sites',
  },
  [`GET ${routes.sessionRenewal}`]: {
    access: 'person',
    act: 'gets a value for the device to sign',
    sees: nobody,
  },
  [`POST ${routes.sessionRenewal}`]: {
    access: 'person',
    act: 'renews the session by its device’s signature',
    sees: 'the own name and sites',
  },
  [`GET ${routes.sessionsOpen}`]: {
    access: 'person',
    act: 'sees where one is signed in',
    sees: 'own sessions: place, door, browser, times',
  },
  [`POST ${routes.sessionRevocations}`]: {
    access: 'person',
    weight: 'fresh',
    act: 'ends own sessions',
    sees: nobody,
  },
  [`GET ${routes.delegations}`]: {
    access: 'site',
    act: 'lists who may work for whom at the site',
    sees: 'staff of the site: name, id, until when',
    trace: 'delegations.listed',
  },
  [`POST ${routes.delegations}`]: {
    access: 'site',
    weight: 'fresh',
    responsibleOnly: true,
    act: 'lets somebody work for them',
    sees: 'that person’s name and id',
  },
  [`DELETE ${routes.delegation}`]: {
    access: 'site',
    weight: 'fresh',
    responsibleOnly: true,
    act: 'ends that somebody works for them',
    sees: nobody,
  },
  [`GET ${routes.delegationsForMe}`]: {
    access: 'person',
    act: 'sees whom one may work for',
    sees: 'those professionals’ names and sites',
  },
  [`GET ${routes.screenings}`]: {
    access: 'site',
    act: 'lists the site’s screenings of a day, or those that wait',
    sees: ownSite,
    trace: 'screenings.listed',
  },
  [`POST ${routes.screenings}`]: {
    access: 'site',
    act: 'records a screening',
    sees: 'the person just entered, and their codes',
  },
  [`POST ${routes.screeningsBatch}`]: {
    access: 'site',
    act: 'records many screenings',
    sees: 'the people just entered, and their codes',
  },
  [`GET ${routes.screening}`]: {
    access: 'site',
    act: 'reads one screening of the site',
    sees: ownSite,
    trace: 'screening.opened',
  },
  [`POST ${routes.screeningResult}`]: {
    access: 'site',
    act: 'sets the result of a screening that waits',
    sees: 'that person, and their codes',
    trace: 'screening.opened',
  },
  [`POST ${routes.screeningConfirmation}`]: {
    access: 'site',
    weight: 'signed',
    act: 'vouches, as a second person of the site, for a positive result that came in late',
    sees: 'that person, and their codes',
    trace: 'screening.opened',
  },
  [`POST ${routes.screeningSend}`]: {
    access: 'site',
    act: 'sends the person’s link again',
    sees: nobody,
  },
  [`GET ${routes.booklets}`]: {
    access: 'site',
    act: 'sees the booklet of this counter',
    sees: nobody,
  },
  [`POST ${routes.booklets}`]: {
    access: 'site',
    weight: 'signed',
    act: 'gets a booklet for this counter’s key',
    sees: nobody,
  },
  [`POST ${routes.bookletWithdrawals}`]: {
    access: 'site',
    weight: 'fresh',
    act: 'withdraws a booklet; those of the whole site, the responsible alone',
    sees: nobody,
  },
  [`GET ${routes.slips}`]: {
    access: 'site',
    act: 'lists slips that are out',
    sees: 'numbers of slips',
  },
  [`POST ${routes.slips}`]: {
    access: 'site',
    weight: 'signed',
    act: 'gets slips to print',
    sees: 'numbers and codes of the new slips',
  },
  [`POST ${routes.slipCancellations}`]: {
    access: 'site',
    weight: 'fresh',
    act: 'cancels slips; those of the whole site, the responsible alone',
    sees: nobody,
  },
  [`GET ${routes.siteNotices}`]: {
    access: 'site',
    act: 'sees what was done to the whole site',
    sees: 'who did it, when',
  },
  [`POST ${routes.siteNoticeUndoing}`]: {
    access: 'site',
    weight: 'fresh',
    responsibleOnly: true,
    act: 'takes back what was done to the whole site',
    sees: nobody,
  },
  [`POST ${routes.likelyDuplicates}`]: {
    access: 'site',
    act: 'asks whether the site has these people already',
    sees: 'times of screenings at the own site, of people it names itself',
    trace: 'duplicates.looked-up',
  },
  [`POST ${routes.reconciliations}`]: {
    access: 'site',
    act: 'sends what was done offline',
    sees: 'the people it sends, and their codes',
  },
  [`GET ${routes.doors}`]: { access: 'everyone', act: 'sees which doors work', sees: nobody },
  [`GET ${routes.waitingRoom}`]: {
    access: 'everyone',
    act: 'sees the own place in the waiting room',
    sees: nobody,
  },
  [`POST ${routes.waitingRoom}`]: {
    access: 'everyone',
    act: 'takes a place in the waiting room',
    sees: nobody,
  },
  [`GET ${routes.waitingRoomPage}`]: {
    access: 'everyone',
    act: 'waits for a sign-in, as a page',
    sees: nobody,
  },
  [`GET ${routes.loginEcps}`]: {
    access: 'everyone',
    act: 'begins a sign-in at the identity provider',
    sees: nobody,
  },
  [`POST ${routes.loginEcpsBackchannel}`]: {
    access: 'everyone',
    act: 'begins a sign-in on the phone',
    sees: nobody,
  },
  [`POST ${routes.loginEcpsBackchannelPoll}`]: {
    access: 'door',
    act: 'asks how a sign-in on the phone stands',
    sees: 'the own name and sites, once signed in',
  },
  [`POST ${routes.loginEcpsBackchannelCancellation}`]: {
    access: 'door',
    act: 'gives up a sign-in on the phone',
    sees: nobody,
  },
  [`GET ${routes.loginEcpsLogout}`]: {
    access: 'everyone',
    act: 'goes on to the provider to sign out there',
    sees: nobody,
  },
  [`POST ${routes.loginEcpsBackchannelLogout}`]: {
    access: 'door',
    act: 'the provider ends sessions by a token it signed',
    sees: nobody,
  },
  [`GET ${routes.loginEcpsCallback}`]: {
    access: 'door',
    act: 'comes back from the identity provider',
    sees: nobody,
  },
  [`GET ${routes.loginCard}`]: {
    access: 'everyone',
    act: 'goes on to the card port',
    sees: nobody,
  },
  [`GET ${routes.loginCardCallback}`]: {
    access: 'door',
    act: 'comes back from the card port',
    sees: nobody,
  },
  [`POST ${routes.retrieval}`]: {
    access: 'link',
    act: 'opens the own result',
    sees: 'the own name, birth date, result, codes; masked contact',
    trace: 'retrieval.opened',
  },
  [`POST ${routes.retrievalRenewal}`]: {
    access: 'link',
    act: 'has a new link sent to the own phone or e-mail',
    sees: nobody,
  },
  [`POST ${routes.retrievalUnlock}`]: {
    access: 'link',
    act: 'has a number sent to the own phone',
    sees: nobody,
  },
  [`POST ${routes.messageReceipts}`]: {
    access: 'gateway',
    act: 'says whether a message arrived',
    sees: nobody,
  },
  [`GET ${routes.catalogue}`]: {
    access: 'everyone',
    act: 'reads kinds of tests, devices, diseases',
    sees: nobody,
  },
  [`GET ${routes.trustBundle}`]: {
    access: 'everyone',
    act: 'reads what verifiers trust',
    sees: nobody,
  },
  [`GET ${routes.trustAnchor}`]: {
    access: 'everyone',
    act: 'reads the key that the bundle is checked with',
    sees: nobody,
  },
  [`GET ${routes.openapi}`]: {
    access: 'everyone',
    act: 'reads the description of the interface',
    sees: nobody,
  },
  [`GET ${routes.health}`]: {
    access: 'everyone',
    act: 'asks whether the process lives',
    sees: nobody,
  },
  [`GET ${routes.ready}`]: { access: 'everyone', act: 'asks whether it can work', sees: nobody },
}
