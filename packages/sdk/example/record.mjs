/**
 * Records one screening of a test identity and says what became of it.
 *
 * PORTAL=http://127.0.0.1:8090 TOKEN=… SECRET=$(openssl rand -hex 32) node record.mjs
 */
import { openFileStore, openOutbox, surroundings } from '@sidep/sdk/node'

const { PORTAL, TOKEN, SECRET, OUTBOX = './outbox.sealed' } = process.env

const outbox = await openOutbox({
  portal: PORTAL,
  fetch,
  // Your own tokens; `renew` says whether the next ones will be others.
  authorization: {
    headers: async () => ({ authorization: `Bearer ${TOKEN}` }),
    renew: () => false,
  },
  owner: { professionalId: '899700075122', siteId: '750712184' },
  // What the portal does not have yet survives the end of this program.
  store: await openFileStore(OUTBOX, Uint8Array.from(Buffer.from(SECRET, 'hex'))),
  surroundings,
})

const outcome = await outbox.record({
  id: outbox.newId(),
  person: { familyName: 'TESTNOM', firstNames: 'Camille', birthDate: '1980-04-03', sex: 'F' },
  kind: 'antigen',
  device: '1232',
  sampledAt: new Date(Date.now() - 20 * 60_000).toISOString(),
  result: 'negative',
})

switch (outcome.kind) {
  case 'recorded':
    console.log('recorded', outcome.answer.certificate.uvci)
    break
  case 'refused':
    // For the person in front of the screen: the sentence, and the code for the help desk.
    console.log('refused', outcome.refusal.code, outcome.refusal.title.fr)
    break
  case 'kept':
    // Safe here. `outbox.start()` sends it by itself; until then the person has the provisional document, if there is one.
    console.log('kept', outcome.provisional?.code ?? outcome.because)
    break
}
