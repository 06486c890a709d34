import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  issueSlip,
  makeSlipCode,
  makeSlipSerial,
  writeSlipCode,
  writeSlipSerial,
} from '@sidep/continuity'
import { parseFiness } from '@sidep/identifiers'
import { parseLinkCode, readCodeFault, takeLinkCode } from './link-code.ts'

const code = 'FS7PK6C2LJNFUWS2LJNFUWS2LJNFUWS2'

test('a code is found in a fragment, in a whole link, and typed with spaces in lower case', () => {
  assert.equal(parseLinkCode(`#${code}`), code)
  assert.equal(parseLinkCode(`https://sidep.example/resultat/?lang=en#${code}`), code)
  assert.equal(parseLinkCode(` ${code.toLowerCase().replace(/(.{4})/g, '$1 ')}`), code)
})

test('what cannot be a code is none', () => {
  for (const text of [
    '',
    '#',
    '#abc',
    `#${'B'.repeat(32)}`,
    'A'.repeat(32),
    '#content<script>',
    '#é'.repeat(20),
  ]) {
    assert.equal(parseLinkCode(text), null, text)
  }
})

test('what was added to a link, or around it, does not hide its code', () => {
  const link = `https://sidep.example/resultat/#${code}`
  for (const text of [
    `${link}.`,
    `${link}>`,
    `<${link}>`,
    `(${link}),`,
    `${link}?utm_source=sms&utm_medium=x`,
    `${link}&fbclid=ABCDEFGH`,
    `${link}Merci`,
    `${link}MERCI`,
    `${link.replace('#', '%23')}`,
    `${link.replace('/resultat/', '/Resultat')}`,
    `https://sidep.example/resultat/?utm_source=a#${code}`,
    `Pharmacie : votre document s’ouvre ici : ${link}\nBonne journée #sante`,
    `#sante ${link}`,
    `\u202a${link}\u202c`,
    `${link.slice(0, -4)}\u200b${link.slice(-4)}`,
    `Mon code : ${code}, merci`,
    link.replace('#', '%2523'),
    `https://mail.example/?url=${encodeURIComponent(link)}&data=05%7C01`,
    `<a href="${link}">ici</a>`,
    // Broken by a mail program, and quoted by another.
    `${link.slice(0, 50)}=\r\n${link.slice(50)}`,
    `> ${link.slice(0, 50)}\n> ${link.slice(50)}`,
    // As the source of a mail has it (quoted-printable), with blanks that a gateway left, or another's line ends.
    `${link.slice(0, 50)}= \r\n${link.slice(50)}`,
    `${link.slice(0, 50)}=\r${link.slice(50)}`,
    `https://sidep.example/resul=\r\ntat/?lang=3Dfr=23${code.slice(0, 9)}=\r\n${code.slice(9)}`,
    // As a filter of links writes it, and a browser what nobody sees.
    `https://links.example/v2/url?u=https-3A__sidep.example_resultat_-23${code}&d=DwMF`,
    link.replace('#', '#%E2%80%8B'),
    link.replace('#', '#%22') + '%22',
    link.replace('#', '#%3C') + '%3E',
    link.replace('#', '＃'),
    `intent://${link.slice(8)}#Intent;scheme=https;end`,
    `${link}—merci`,
    `${link}🙂`,
    `De : sidep\nA : ABCDEFGHIJKLMNOPQRSTUVWXYZ234567\n${link}`,
    `Code ${code.slice(0, 16)} ${code.slice(16)}`,
    `Code ${code.replace(/(.{8})/g, '$1 ')}`,
    `Code : ${code.replace(/(.{5})/g, '$1 ')}, merci`,
    `Code ${code.replace(/(.{6})/g, '$1-')} merci`,
    // As it is read out and typed.
    code.replace(/(.{4})/g, '$1.'),
    `Mon code : ${code.replace(/(.{4})/g, '$1 ')}merci`,
    `Code ${code.toLowerCase().replace(/(.{4})/g, '$1–')}`,
    ` ${code.toLowerCase()}\r\n`,
  ]) {
    assert.equal(parseLinkCode(text), code, text)
  }
})

test('a figure that no code has is the letter that it was read from', () => {
  const lettered = 'FS7PK6C2OBNFUWI2LJNFUWS2LJNFUWS2'
  assert.equal(parseLinkCode(lettered), lettered)
  assert.equal(parseLinkCode('FS7P K6C2 08NF UW12 LJNF UWS2 LJNF UWS2'), lettered)
})

test('of two links the first counts', () => {
  const other = 'FS7PK6C2MFRGGZDFMZTWQYLCMNSGKZTH'
  const text = `https://sidep.example/resultat/#${other} https://sidep.example/resultat/#${code}`
  assert.equal(parseLinkCode(text), other)
})

test('taking the code leaves an address without it, and the language', () => {
  const replaced: unknown[] = []
  const taken = takeLinkCode({
    location: { hash: `#${code}`, pathname: '/resultat/', search: '?lang=en' },
    history: { replaceState: (...call) => replaced.push(call) },
  })
  assert.equal(taken, code)
  assert.deepEqual(replaced, [[null, '', '/resultat/?lang=en']])
})

test('a slip’s code is taken as it is printed and typed; a mistyped one, or the end of a number, is said to be one', () => {
  const site = parseFiness('750712184')
  assert.ok(site.ok)
  const bytes = (count: number) => Uint8Array.from({ length: count }, (_, index) => 7 * index)
  const code = makeSlipCode(site.value, bytes)
  const printed = writeSlipCode(code)
  for (const text of [
    printed,
    printed.toLowerCase(),
    `https://sidep.example/resultat/#${code.text}`,
  ]) {
    assert.equal(parseLinkCode(text), code.text)
    assert.equal(readCodeFault(text), null)
  }
  const last = code.text.endsWith('7') ? '8' : '7'
  assert.equal(parseLinkCode(code.text.slice(0, -1) + last), null)
  assert.equal(readCodeFault(code.text.slice(0, -1) + last), 'CODE_MISTYPED')
  // In large print on slips of before: its site is the line above.
  const number = writeSlipSerial(makeSlipSerial(site.value, 42, bytes))
  assert.equal(parseLinkCode(number.slice(10)), null)
  assert.equal(readCodeFault(number.slice(10)), 'NUMBER_WITHOUT_SITE')
  assert.equal(readCodeFault(number), null)
  assert.equal(parseLinkCode(number), number.replaceAll('-', ''))
})

test('the code of whoever checks leads to the number, which opened the results of slips of before', async () => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const site = parseFiness('750712184')
  assert.ok(site.ok)
  const serial = makeSlipSerial(site.value, 42, (count) => new Uint8Array(count).fill(7))
  const address = await issueSlip(
    {
      serial,
      siteName: 'Pharmacie du Parvis',
      issuedAt: new Date('2021-08-13T12:00:00Z'),
      expiresAt: new Date('2021-09-13T12:00:00Z'),
    },
    new Uint8Array(8),
    async (bytes) =>
      new Uint8Array(
        await crypto.subtle.sign(
          { name: 'ECDSA', hash: 'SHA-256' },
          keys.privateKey,
          new Uint8Array(bytes),
        ),
      ),
    'https://sidep.example',
  )
  assert.equal(parseLinkCode(address), serial.text)
  assert.equal(parseLinkCode(address.slice(address.indexOf('#'))), serial.text)
  assert.equal(parseLinkCode(writeSlipSerial(serial)), serial.text)
  for (const glued of ['.', '>', 'Merci', 'merci', '?utm_source=x', '&a=b', '\n']) {
    assert.equal(parseLinkCode(address + glued), serial.text, glued)
  }
  assert.equal(parseLinkCode(address.slice(0, -30)), null)
})
