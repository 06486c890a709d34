/** Every HTTP path, once. `:id` is a path parameter. */
export const routes = {
  // Counter (session cookie required)
  session: '/api/session', // GET SessionView; DELETE signs out (204)
  sessionSite: '/api/session/site', // POST SiteChoice → SessionView, new cookie
  screenings: '/api/screenings', // POST ScreeningInput → 201 ScreeningAnswer (200 when replayed); GET ?day=YYYY-MM-DD|state=waiting → ScreeningList
  screeningsBatch: '/api/screenings/batch', // POST ScreeningBatch → 200 BatchAnswer
  screening: '/api/screenings/:id', // GET ScreeningEntry
  screeningResult: '/api/screenings/:id/result', // POST ResultInput → 200 ScreeningAnswer, idempotent
  screeningSend: '/api/screenings/:id/notifications', // POST {} → 202: sends the link again
  // Doors
  doors: '/api/doors', // GET DoorsView
  loginEcps: '/login/ecps', // GET ?return=/pro/ → 302 to the provider
  loginEcpsCallback: '/login/ecps/callback', // GET → 303 to return path, or /pro/?problem=CODE
  // Person
  retrieval: '/api/retrieval', // POST RetrievalInput → RetrievalReply (RetrievalAnswer, or RetrievalWaiting)
  retrievalRenewal: '/api/retrieval/renewal', // POST RenewalInput → 202
  // Everyone
  catalogue: '/api/catalogue', // GET Catalogue: test kinds, devices, diseases
  trustBundle: '/trust/bundle', // GET application/cose: signed bundle
  trustAnchor: '/trust/anchor', // GET application/json: {spki: base64} of the bundle signer
  openapi: '/api/openapi.json',
  health: '/healthz',
  ready: '/readyz',
  metrics: '/metrics',
} as const
