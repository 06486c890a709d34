import assert from 'node:assert/strict'
import { test } from 'node:test'
import { septetsOf, smsSeptetsMax } from './gsm7.ts'
import { type LinkMessage, renderEmail, renderSms, whoseOf } from './messages.ts'

const message: LinkMessage = {
  kind: 'link',
  language: 'fr',
  siteName: 'Pharmacie de l’Hôtel-Dieu',
  whose: 'Pa. M.',
  url: 'https://depistage.example.fr/resultat/#AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDD',
  linkDays: 30,
  unlockNumber: null,
}

/** The page is told to open in English; the code stays in the fragment, which no server sees. */
const urlInEnglish =
  'https://depistage.example.fr/resultat/?lang=en#AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDD'

/** Words that would tell a reader about someone's health; that the birth date asked for is the tested person's must be said. */
const healthWords =
  /d[ée]pistage(?!\.example)|(?<!personne |person )test|antig|pcr|covid|sars|positi|n[ée]gati|sant[ée]/i

test('an SMS is one message of the GSM alphabet with site and link, and says nothing of health', () => {
  for (const language of ['fr', 'en'] as const) {
    const text = renderSms({ ...message, language })
    assert.ok((septetsOf(text) ?? 999) <= smsSeptetsMax)
    assert.ok(text.endsWith(language === 'fr' ? message.url : urlInEnglish))
    assert.ok(text.includes("Pharmacie de l'Hotel"))
    assert.ok(text.includes('Pa. M.'))
    assert.doesNotMatch(text, healthWords)
  }
})

test('a long site name is cut so that the SMS stays one message', () => {
  const text = renderSms({ ...message, siteName: 'Laboratoire '.repeat(20) })
  assert.ok((septetsOf(text) ?? 999) <= smsSeptetsMax)
  assert.match(text, /^Laboratoire /)
  assert.ok(text.endsWith(message.url))
})

test('a long address costs the site name, never the link', () => {
  const url = `https://depistage.${'x'.repeat(90)}.example.fr/resultat/#AAAA`
  const text = renderSms({ ...message, url })
  assert.equal(text, `Document de Pa. M. : ${url}`)
})

test('an e-mail starts in the language of the person and carries the other below', () => {
  const french = renderEmail(message)
  assert.equal(french.subject, 'Votre document est disponible')
  assert.ok(french.text.startsWith('Bonjour,'))
  assert.ok(french.text.includes('Hello,'))
  const english = renderEmail({ ...message, language: 'en' })
  assert.ok(english.text.startsWith('Hello,'))
  for (const { text, html } of [french, english]) {
    assert.equal(text.split(message.url).length, 2)
    assert.equal(text.split(urlInEnglish).length, 2)
    assert.ok(html.includes(`<a href="${urlInEnglish}">`))
    assert.ok(text.includes('30'))
    assert.ok(text.includes('date de naissance de la personne testée'))
    assert.doesNotMatch(text, healthWords)
    assert.doesNotMatch(html.replace('utf-8', ''), healthWords)
  }
})

test('a hostile site name neither breaks the lines nor the HTML', () => {
  const siteName = 'A\r\nBcc: x@example.test\u2028<img src=x onerror=alert(1)>'
  const { text, html } = renderEmail({ ...message, siteName })
  assert.ok(text.includes('Le document de Pa. M. est disponible (A Bcc: x@example.test <img'))
  assert.ok(!html.includes('<img'))
})

test('a family with one phone can tell whose message it is, in letters that every phone shows', () => {
  const whose = (firstNames: string, familyName: string) => whoseOf({ firstNames, familyName })
  assert.equal(whose('Paul', 'MARTIN'), 'Pa. M.')
  assert.equal(whose('Élodie', 'de La Tour'), 'El. D.')
  assert.equal(whose('Өмүр', 'Жээнбек'), 'Om. Z.')
  assert.equal(whose('', 'SUHARTO'), 'S.')
  const sms = renderSms({ ...message, whose: whose('Lina', 'MARTIN') })
  assert.ok(sms.includes('document de Li. M.'), sms)
})

test('a notice and a number are one SMS each, say whose they are, and carry no link', () => {
  for (const language of ['fr', 'en'] as const) {
    const notice = renderSms({ ...message, kind: 'notice', language })
    const unlock = renderSms({ ...message, kind: 'unlock', language, unlockNumber: '012345' })
    for (const text of [notice, unlock]) {
      assert.ok((septetsOf(text) ?? 999) <= smsSeptetsMax, text)
      assert.ok(text.includes('Pa. M.'))
      assert.ok(!text.includes('http'))
    }
    assert.ok(unlock.startsWith('012345 '))
    const mail = renderEmail({ ...message, kind: 'notice', language })
    assert.ok(!mail.text.includes(message.url))
    assert.doesNotMatch(mail.text, healthWords)
  }
})

test('what was asked for at the link is told as that: one SMS, an e-mail, and no word of what it proves', () => {
  for (const language of ['fr', 'en'] as const) {
    const asked = { ...message, kind: 'recovery', language } as const
    const text = renderSms(asked)
    assert.ok((septetsOf(text) ?? 999) <= smsSeptetsMax)
    assert.match(text, language === 'fr' ? /certificat demandé est là/ : /asked for/)
    assert.ok(text.endsWith(language === 'fr' ? message.url : urlInEnglish))
    const email = renderEmail(asked)
    for (const said of [text, email.subject, email.text]) {
      assert.doesNotMatch(said, healthWords)
      assert.doesNotMatch(said, /r[ée]tabli|recover/i)
    }
    assert.ok(email.text.includes('30'))
  }
})
