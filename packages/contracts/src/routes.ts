/** Every HTTP path, once. `:id` is a path parameter. */
export const routes = {
  // Counter (session cookie required)
  session: '/api/session', // GET SessionView; DELETE signs out (204)
  sessionSite: '/api/session/site', // POST SiteChoice → SessionView, new cookie
  sessionRenewal: '/api/session/renewal', // GET RenewalStart; POST SessionRenewalInput → SessionView, new cookie
  sessionsOpen: '/api/session/open', // GET OpenSessionList: where one is signed in
  sessionRevocations: '/api/session/revocations', // POST RevocationInput, signed and fresh → 204: ends one of one's sessions, all others, or all
  delegations: '/api/delegations', // GET DelegationList of the site; POST DelegationInput, signed and fresh → 201 DelegationView
  delegation: '/api/delegations/:id', // DELETE, signed and fresh → 204
  delegationsForMe: '/api/delegations/for-me', // GET DelegationList: whom one may work for
  screenings: '/api/screenings', // POST ScreeningInput → 201 ScreeningAnswer (200 when replayed); GET ?day=YYYY-MM-DD|state=waiting → ScreeningList
  screeningsBatch: '/api/screenings/batch', // POST ScreeningBatch → 200 BatchAnswer
  screening: '/api/screenings/:id', // GET ScreeningEntry
  screeningResult: '/api/screenings/:id/result', // POST ResultInput → 200 ScreeningAnswer, idempotent
  screeningConfirmation: '/api/screenings/:id/confirmation', // POST → 200 ScreeningAnswer: by somebody else, of a positive entered late
  screeningCorrections: '/api/screenings/:id/corrections', // POST CorrectionInput, signed → 201 ScreeningAnswer (200 when replayed)
  screeningWithdrawal: '/api/screenings/:id/withdrawal', // POST ScreeningWithdrawalInput, signed → 200 ScreeningWithdrawalAnswer: takes it back
  screeningSearch: '/api/screenings/search', // POST ScreeningSearch → ScreeningList
  screeningHistory: '/api/screenings/:id/history', // GET ScreeningHistory
  screeningSend: '/api/screenings/:id/notifications', // POST {} → 202: sends the link again
  // When the portal is away
  booklets: '/api/booklets', // POST BookletInput, signed → 201 BookletAnswer; GET BookletsInForce of this counter
  bookletWithdrawals: '/api/booklets/withdrawals', // POST BookletWithdrawal, signed and fresh → 204: one, or the whole site's
  heartbeats: '/api/counter/heartbeats', // POST HeartbeatInput → 204: how the counter has fared
  slips: '/api/slips', // POST SlipsInput, signed → 201 SlipsAnswer; GET SlipList: out and not typed
  slipCancellations: '/api/slips/cancellations', // POST SlipCancellation, signed and fresh → SlipCancellationAnswer
  siteNotices: '/api/site/notices', // GET SiteNoticeList: what was done to the whole site
  siteNoticeUndoing: '/api/site/notices/:id/undoing', // POST {}, signed and fresh → 204: takes it back
  likelyDuplicates: '/api/reconciliations/duplicates', // POST DuplicatesInput → DuplicatesAnswer: what the site has already
  reconciliations: '/api/reconciliations', // POST ReconciliationBatch → 200 ReconciliationAnswer, idempotent
  // Doors
  doors: '/api/doors', // GET DoorsView
  loginEcps: '/login/ecps', // GET ?return=/pro/&device=THUMBPRINT → 302 to the provider
  loginEcpsBackchannel: '/login/ecps/backchannel', // POST BackchannelInput → BackchannelTicket: confirm on the phone
  loginEcpsBackchannelPoll: '/login/ecps/backchannel/poll', // POST BackchannelPoll → BackchannelProgress
  loginEcpsBackchannelCancellation: '/login/ecps/backchannel/cancellation', // POST BackchannelPoll → 204: given up in this browser
  loginEcpsLogout: '/login/ecps/logout', // GET → 303: ends the session at the provider too, then /pro/
  loginEcpsBackchannelLogout: '/login/ecps/backchannel-logout', // POST from the provider: OpenID Connect Back-Channel Logout 1.0
  loginEcpsCallback: '/login/ecps/callback', // GET → 303 to return path, or /pro/?problem=CODE
  // Waiting room for new sign-ins
  waitingRoom: '/api/waiting-room', // GET WaitingRoomView; POST takes a place: WaitingRoomView and a cookie
  waitingRoomPage: '/attente/', // GET ?return=/pro/: the same as a page, readable without script
  loginCard: '/login/card', // GET ?return=/pro/ → 302 to the card port; there GET (browser) or POST → SessionView (machines)
  loginCardCallback: '/login/card/callback', // GET → 303 to return path, or /pro/?problem=CODE
  // Person
  retrieval: '/api/retrieval', // POST RetrievalInput → RetrievalReply (RetrievalAnswer, or RetrievalWaiting)
  retrievalRenewal: '/api/retrieval/renewal', // POST RenewalInput → 202
  retrievalUnlock: '/api/retrieval/unlock', // POST UnlockInput → 202
  retrievalRecovery: '/api/retrieval/recovery', // POST RetrievalInput → RecoveryCertificate, idempotent
  // Software of vendors, on the vendors' port
  vendorMetadata: '/.well-known/oauth-authorization-server', // GET VendorMetadata (RFC 8414)
  vendorKeys: '/api/vendors/keys', // GET VendorKeys: what webhooks are signed with
  vendorToken: '/api/vendors/token', // POST form VendorTokenInput → VendorTokenAnswer (RFC 6749)
  vendorPairings: '/api/vendors/pairings', // POST form VendorPairingInput → VendorPairingAnswer (RFC 8628)
  vendorRevocation: '/api/vendors/revocation', // POST form VendorRevocationInput → 200 (RFC 7009)
  vendorOwnDelegation: '/api/vendors/delegation', // GET VendorDelegationView: for whom the token works
  vendorWebhook: '/api/vendors/webhook', // GET VendorWebhookView; POST VendorWebhookInput; DELETE → 204
  vendorDeadLetters: '/api/vendors/webhook/dead-letters', // GET VendorDeadLetters
  vendorReplays: '/api/vendors/webhook/replays', // POST → VendorReplay: what was given up is tried again
  // The same at the counter
  vendorRequests: '/api/vendor-requests', // POST VendorRequestInput → VendorRequestView: which software asks, and for what
  vendorDecision: '/api/vendor-requests/decision', // POST VendorDecisionInput, signed and fresh → 201 VendorDelegationView, or 204
  vendorDelegations: '/api/vendor-delegations', // GET VendorDelegationList: which software works for one
  vendorDelegation: '/api/vendor-delegations/:id', // DELETE, signed and fresh → 204
  // The SMS gateway
  messageReceipts: '/api/messages/receipts', // POST ReceiptInput, with the gateway's token → 204
  // Operations
  operationsMe: '/api/operations/me', // GET OperatorView
  operationsOverview: '/api/operations/overview', // GET OperationsView
  operationsStream: '/api/operations/stream', // GET text/event-stream of OperationsView
  operationsPreviews: '/api/operations/previews', // POST PreviewInput → Preview: what an act would touch
  operationsDoors: '/api/operations/doors', // POST DoorOrder, signed and fresh → ActDone
  operationsFeeds: '/api/operations/feeds', // POST FeedOrder, signed and fresh → ActDone
  operationsIncidents: '/api/operations/incidents', // POST IncidentOrder, signed → 202: the watcher hears it
  operationsWithdrawals: '/api/operations/withdrawals', // POST PaperWithdrawal, signed and fresh → ActDone
  operationsSuspensions: '/api/operations/suspensions', // POST SuspensionOrder, signed and fresh → ActDone
  operationsRevocations: '/api/operations/revocations', // POST RevocationOrder, signed and fresh → ActDone
  operationsNotices: '/api/operations/notices', // POST NoticeDraft, signed → NoticeDrafted
  operationsNoticeSignatures: '/api/operations/notices/signatures', // POST NoticeOrder, signed and fresh → ActDone
  operationsNoticeWithdrawals: '/api/operations/notices/withdrawals', // POST NoticeOrder, signed and fresh → ActDone
  operationsFraud: '/api/operations/fraud', // GET FraudAlertsView
  operationsFraudClosures: '/api/operations/fraud/closures', // POST FraudClosure, signed → ActDone
  // Everyone
  catalogue: '/api/catalogue', // GET Catalogue: test kinds, devices, diseases
  trustBundle: '/trust/bundle', // GET application/cose: signed bundle
  trustIndex: '/trust/index', // GET application/cose: signed index of what verifiers trust, 304 to who has it
  trustPart: '/trust/parts/:id', // GET application/cbor: a part of it, by the SHA-256 that the index names
  trustAnchor: '/trust/anchor', // GET application/json: {spki: base64} of the bundle signer
  openapi: '/api/openapi.json',
  apiPage: '/api/docs', // the same as a page
  policyReports: '/csp-reports', // POST from browsers: what a page was kept from doing → 204; at every host
  health: '/healthz',
  ready: '/readyz',
} as const

/** Paths of the operator's own port, which nobody else reaches. */
export const operatorRoutes = {
  metrics: '/metrics', // GET text/plain: Prometheus
  description: '/openapi.json', // GET application/json: OpenAPI of every route above
  descriptionPage: '/docs', // GET text/html: the same as a page
} as const

/** Pages of words that everybody is led to from the foot of every other one; the server writes them. */
export const informationPaths = {
  help: '/aide/',
  legal: '/mentions-legales/',
  privacy: '/confidentialite/',
  accessibility: '/accessibilite/',
} as const
export type InformationName = keyof typeof informationPaths
