/**
 * The rules of other countries with the cases that they wrote for them, on the verifier's own page: it fetches them as parts of its
 * trust, is told which to check by, and judges a signed certificate of each case at the time of the case.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { carriedRuleSet } from '@sidep/verdict'
import type { Page } from 'playwright-core'
import { makeSigner } from '../../../../packages/trust/test/signer.ts'
import { makeIssuer } from '../../../../packages/verdict/test/issuer.ts'
import {
  certificateOf,
  type RuleCase,
  ruleCases,
} from '../../../../packages/verdict/test/rule-cases.ts'
import { vectorsAbsent } from '../../../../tools/src/vectors.ts'
import { desktop, startBrowser, visit } from '../../test/browser.ts'
import { startWebPortal } from '../../test/portal.ts'
import { publishTrust, serveTrust } from '../../test/published-trust.ts'
import { nextCode, readVerdict, typeCode } from '../../test/verifier-steps.ts'

/** Before the first case, and longer than to the last one. */
const publishedAt = new Date('2021-05-20T00:00:00Z')
const days = 700
const neverOld = () => ({ warnAfterSeconds: days * 86_400, refuseAfterSeconds: null })

interface SignedCase {
  readonly ruleId: string
  readonly one: RuleCase
  readonly text: string
}

/** A place by itself for each rule, with a name that says which: a case is of one rule, and a country has many. */
const placesOf = (cases: readonly SignedCase[]): unknown[] => {
  const rules = new Map(cases.map(({ ruleId, one }) => [ruleId, one.rule]))
  return [...rules].map(([ruleId, rule], index) => {
    const set = carriedRuleSet([rule], 'UTC')
    assert.ok(set.ok, ruleId)
    const country = `X${String.fromCharCode(65 + Math.floor(index / 26))}${String.fromCharCode(65 + (index % 26))}`
    return { ...Object(set.value), id: ruleId, country, title: { fr: ruleId, en: ruleId } }
  })
}

/** Runs in the page: the mode dialog, by its buttons. */
const chooseIn = async (ruleId: string): Promise<void> => {
  const button = (name: string) =>
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name)
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  button('Changer')?.click()
  const choice = await until(() =>
    [...document.querySelectorAll('dialog label')].find(
      ({ textContent }) => textContent === ruleId,
    ),
  )
  if (choice instanceof HTMLElement) choice.click()
  const done = await until(() => button('Utiliser ce mode'))
  done.click()
  await until(() => (document.querySelector('dialog') === null ? true : undefined))
}

/** Runs in the page: types a text into the field, and tells the words of the verdict once it is gone. */
const judgeIn = async (text: string): Promise<string> => {
  const until = async (look: () => boolean): Promise<void> => {
    while (!look()) await new Promise((resolve) => setTimeout(resolve, 2))
  }
  const field = document.querySelector<HTMLTextAreaElement>('#typed-code')
  const write = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set
  if (field === null || write === undefined) throw new Error('no field')
  write.call(field, text)
  field.dispatchEvent(new Event('input', { bubbles: true }))
  field.form?.requestSubmit()
  const verdict = () => document.querySelector<HTMLElement>('[role=alertdialog]')
  await until(() => verdict() !== null)
  const words = verdict()?.textContent ?? ''
  verdict()?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await until(() => verdict() === null)
  return words
}

suite('the rules of other countries on the page', { skip: vectorsAbsent ?? false }, () => {
  test('a certificate of each of their cases gets the verdict that they say, and a refusal names the rule', async (context) => {
    const issuer = await makeIssuer('bundle', publishedAt)
    const { anchor, signer } = await makeSigner(issuer.keys.signers.bundle)
    const cases: SignedCase[] = []
    for (const one of ruleCases('UTC')) {
      const dcc = certificateOf(one)
      if (dcc === null) continue
      const times = { issuedAt: one.at, expiresAt: new Date(one.at.getTime() + 90 * 86_400_000) }
      const [ruleId = ''] = one.id.split(':')
      cases.push({ ruleId, one, text: await issuer.hcert(dcc, times) })
    }
    assert.ok(cases.length >= 150, `only ${cases.length} of them can be certificates`)
    const ruleSets = placesOf(cases)
    const content = {
      keys: new Map([['FR', issuer.lists.dcc]]),
      ruleSets,
      valueSets: cases[0]?.one.valueSets ?? {},
    }
    const ages = { days, limits: neverOld }
    const published = await publishTrust(signer, 1, publishedAt, content, [], ages)
    const portal = await startWebPortal(context)
    const browser = await startBrowser(context)
    const { page } = await visit(browser, { size: desktop })
    await serveTrust(page, anchor, published)
    await page.clock.setFixedTime(publishedAt)
    await page.goto(`${portal.url}/verifier/?lang=fr`)
    await page.getByRole('button', { name: /Saisir ou coller/ }).click()

    let chosen = ''
    for (const { ruleId, one, text } of cases) {
      if (chosen !== ruleId) await page.evaluate(chooseIn, ruleId)
      chosen = ruleId
      await page.clock.setFixedTime(one.at)
      const words = await page.evaluate(judgeIn, text)
      assert.match(words, one.expected === true ? /Valide/ : /Non valide/, one.id)
      if (one.expected !== true) assert.match(words, /Règle\s: [\s\S]*étape 13 sur 13/, one.id)
    }
    await onADay(page, cases)
  })
})

/** By hand, for a day of arrival: a test that counts on the day, and no more a month later. */
const onADay = async (page: Page, cases: readonly SignedCase[]): Promise<void> => {
  const found = cases.find(
    ({ one, ruleId }) =>
      ruleId.startsWith('TR-') &&
      one.expected === true &&
      JSON.stringify(one.rule.Logic).includes('"hour"'),
  )
  assert.ok(found)
  await page.clock.setFixedTime(found.one.at)
  for (const [daysLater, verdict] of [
    [0, /Valide/],
    [30, /Non valide[\s\S]*étape 13 sur 13\s: règles/],
  ] as const) {
    const arrival = new Date(found.one.at.getTime() + daysLater * 86_400_000)
    await page.getByRole('button', { name: 'Changer' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(found.ruleId, { exact: true }).click()
    await dialog.getByLabel('Jour d’arrivée').fill(arrival.toISOString().slice(0, 10))
    await dialog.getByRole('button', { name: 'Utiliser ce mode' }).click()
    await typeCode(page, found.text)
    assert.match(await readVerdict(page), verdict)
    await nextCode(page)
  }
}
