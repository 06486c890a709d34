import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CertificateView, type Step, steps, type Verdict } from '@sidep/verdict'
import { catalogueFaults } from '../shared/messages/catalogue.ts'
import { footMessages } from './foot-messages.ts'
import { modeMessages } from './mode-messages.ts'
import { trustMessages } from './trust-messages.ts'
import { hoursLeft, isOtherCodeOf, verdictView as viewWith } from './verdict-view.ts'
import { verifierMessages } from './verifier-messages.ts'

const now = new Date('2021-08-13T16:00:00Z')
const inHours = (hours: number) => new Date(now.getTime() + hours * 3_600_000)

/** Of the certificates here it does not matter whose signers are known. */
const verdictView = (verdict: Verdict, at: Date) => viewWith(verdict, [], at, 'pass')

const certificate: CertificateView = {
  format: 'hcert',
  kind: 'test',
  familyName: 'Le Goff',
  firstNames: 'Éloïse',
  birthDate: '1985-03-12',
  id: 'URN:UVCI:01:FR:W7V2BE46QSBJ#L',
  issuer: 'FR',
  medical: { t: [{ tr: '260415000', tt: 'LP217198-3' }] },
}

const accepted = (acceptedUntil: Date | null): Verdict => ({
  verdict: 'accepted',
  step: null,
  code: 'ACCEPTED',
  certificate,
  acceptedUntil,
})

test('what may be shown is name and birth date; nothing else of the certificate comes through', () => {
  assert.deepEqual(verdictView(accepted(inHours(71.2)), now), {
    verdict: 'accepted',
    person: { familyName: 'Le Goff', firstNames: 'Éloïse', birthDate: '1985-03-12' },
    until: inHours(71.2),
    stopgap: null,
    reason: null,
    code: null,
    country: null,
    stoppedAt: null,
    rule: null,
    tolerance: null,
  })
})

test('for entry to a country the rule is told with its times; for the pass it is not', () => {
  const verdict = declined('rules', 'TEST_TOO_OLD')
  assert.equal(viewWith(verdict, [], now, 'pass').rule, null)
  assert.deepEqual(viewWith(verdict, [], now, 'entry').rule, {
    text: { fr: 'Le test est négatif.', en: 'Negative.' },
    from: null,
    until: null,
    timeZone: 'Europe/Paris',
  })
})

test('a refusal says at which step it stopped; what was accepted or is unreadable stopped at none', () => {
  assert.deepEqual(verdictView(declined('signature', 'X'), now).stoppedAt, {
    step: 'signature',
    number: 8,
    of: 13,
  })
  assert.equal(verdictView(accepted(null), now).stoppedAt, null)
  const none = { verdict: 'unreadable', step: 'zlib', code: 'X', certificate: null } as const
  assert.equal(verdictView(none, now).stoppedAt, null)
})

test('what a notice of the authority lets pass comes with its words and its end', () => {
  const tolerance = {
    id: '2021-08-13/1',
    until: '2021-08-15T10:00:00Z',
    fr: 'Toléré.',
    en: 'Fine.',
  }
  const view = verdictView({ ...accepted(null), certificate: { ...certificate, tolerance } }, now)
  assert.deepEqual(view.tolerance, {
    text: { fr: 'Toléré.', en: 'Fine.' },
    until: new Date('2021-08-15T10:00:00Z'),
  })
})

test('only what a counter made by itself comes with the code of what is wrong; of the rules none, it would tell what was tested', () => {
  assert.equal(verdictView(declined('rules', 'TEST_TOO_OLD'), now).code, null)
  assert.equal(verdictView(declined('revocation', 'CERTIFICATE_REVOKED'), now).code, null)
  const code = 'BOOKLET_EXPIRED'
  assert.equal(verdictView(declined('validity', code), now).code, code)
})

test('an end within 72 h is shown with its begun hours; one further away would tell what kind it is', () => {
  assert.equal(hoursLeft(inHours(71.2), now), 72)
  assert.equal(verdictView(accepted(inHours(72)), now).until?.getTime(), inHours(72).getTime())
  assert.equal(verdictView(accepted(inHours(73)), now).until, null)
  assert.equal(verdictView(accepted(null), now).until, null)
})

const declined = (step: Step, code: string): Verdict => ({
  verdict: 'refused',
  step,
  code,
  certificate,
  rule: {
    id: 'FR-PASS-TEST-1',
    description: { fr: 'Le test est négatif.', en: 'Negative.' },
    from: null,
    until: null,
    timeZone: 'Europe/Paris',
  },
})

test('every step has its sentence, and those of the rules are one, whatever the code', () => {
  for (const step of steps) assert.ok(verdictView(declined(step, 'X'), now).reason)
  const reasons = ['TEST_TOO_OLD', 'RESULT_POSITIVE', 'RULE_FAILED'].map(
    (code) => verdictView(declined('rules', code), now).reason,
  )
  assert.deepEqual(new Set(reasons), new Set(['rulesNotMet']))
  assert.equal(verdictView(declined('validity', 'CERTIFICATE_EXPIRED'), now).reason, 'expired')
  assert.doesNotMatch(JSON.stringify(verdictView(declined('rules', 'X'), now)), /FR-PASS|260415000/)
})

test('a code that others issue is named as one, and not as damaged', () => {
  const verdict = { verdict: 'unreadable', step: 'prefix', certificate: null } as const
  assert.equal(verdictView({ ...verdict, code: 'OTHER_KIND' }, now).reason, 'otherKind')
  assert.equal(verdictView({ ...verdict, code: 'KEYBOARD_LAYOUT' }, now).reason, 'keyboardLayout')
  assert.equal(verdictView({ ...verdict, code: 'PREFIX_UNKNOWN' }, now).reason, 'notACertificate')
})

test('a provisional certificate says that it is one, and where from; its person is shown', () => {
  const provisional = { ...certificate, format: 'provisional', site: 'Pharmacie du Port' } as const
  const view = verdictView({ ...accepted(inHours(71)), certificate: provisional }, now)
  assert.deepEqual(view.stopgap, { kind: 'provisional', site: 'Pharmacie du Port' })
  assert.equal(view.person?.familyName, 'Le Goff')
})

test('a slip shows its site, its number and nobody: what is written by hand is not known here', () => {
  const number = '750712184-0042-ABCD-7'
  const slip = { ...certificate, format: 'slip', site: 'Pharmacie du Port', id: number } as const
  const view = verdictView({ ...accepted(inHours(71)), certificate: slip }, now)
  assert.deepEqual(view.stopgap, { kind: 'slip', site: 'Pharmacie du Port', number })
  assert.equal(view.person, null)
  // The sheet's end would read like the test's.
  assert.equal(view.until, null)
})

test('what is wrong with a provisional certificate or a slip has a sentence of its own', () => {
  const reasonOf = (step: Step, code: string) => verdictView(declined(step, code), now).reason
  assert.equal(reasonOf('signature', 'PROVISIONAL_SIGNATURE'), 'forged')
  assert.equal(reasonOf('signature', 'PROVISIONAL_OTHER_DEVICE'), 'otherDevice')
  assert.equal(reasonOf('key-usage', 'PROVISIONAL_NUMBER'), 'bookletExceeded')
  assert.equal(reasonOf('key-usage', 'PROVISIONAL_KIND'), 'kindNotPermitted')
  assert.equal(reasonOf('validity', 'PROVISIONAL_BEFORE_BOOKLET'), 'backDated')
  assert.equal(reasonOf('validity', 'PROVISIONAL_EXPIRED'), 'expired')
  assert.equal(reasonOf('revocation', 'BOOKLET_WITHDRAWN'), 'bookletWithdrawn')
  assert.equal(reasonOf('validity', 'SLIP_EXPIRED'), 'slipExpired')
  assert.equal(reasonOf('revocation', 'SLIP_CANCELLED'), 'slipCancelled')
})

const signerOf = (country: string) => ({ country }) as Parameters<typeof viewWith>[1][number]

test('a signer that nobody knows is foreign and not loaded only where its country has none here', () => {
  const unknown = (issuer?: string, step: Step = 'key', code = 'KEY_UNKNOWN'): Verdict => ({
    verdict: 'refused',
    step,
    code,
    certificate: null,
    ...(issuer === undefined ? {} : { issuer }),
  })
  const known = [signerOf('FR'), signerOf('DE')]
  const reasonOf = (issuer?: string) => viewWith(unknown(issuer), known, now, 'pass').reason
  assert.equal(reasonOf('GR'), 'signerNotLoaded')
  assert.equal(viewWith(unknown('GR'), known, now, 'pass').country, 'GR')
  for (const issuer of ['FR', 'DE', '<b>', '', undefined]) {
    assert.equal(reasonOf(issuer), 'signerUnknown', issuer)
  }
  // A signature that is false is false wherever it says it is from.
  assert.equal(
    viewWith(unknown('GR', 'signature', 'SIGNATURE_INVALID'), known, now, 'pass').reason,
    'forged',
  )
})

test('the other code of a sheet is the same person in capitals; a twin, or the same code again, is not', () => {
  const of = (familyName: string, firstNames: string, birthDate = '1985-03-12') => {
    const view = viewWith(
      {
        ...accepted(inHours(71)),
        certificate: { ...certificate, familyName, firstNames, birthDate },
      },
      [],
      now,
      'pass',
    )
    return view
  }
  const shown = of('Le Goff', 'Éloïse')
  assert.equal(isOtherCodeOf(of('LE GOFF', 'ELOISE'), shown), true)
  for (const next of [
    of('Le Goff', 'Éloïse'),
    of('LE GOFF', 'ELOI'),
    of('LE GOFF', 'ELOISE', '1985-03-13'),
  ]) {
    assert.equal(isOtherCodeOf(next, shown), false)
  }
})

test('the texts are whole in both languages', () => {
  assert.deepEqual(catalogueFaults(verifierMessages), [])
  assert.deepEqual(catalogueFaults(trustMessages), [])
  assert.deepEqual(catalogueFaults(footMessages), [])
  assert.deepEqual(catalogueFaults(modeMessages), [])
})
