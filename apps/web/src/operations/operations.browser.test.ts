/**
 * The screen of operations before a real server: in calm, then on the evening of 13 August with its provider killed, sites
 * gone and papers out, then with the portal itself gone. `SHOTS=folder` keeps what it looks like.
 */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { demoPeople } from '@sidep/dev'
import { writeWhole } from '../../../server/src/operations/store.ts'
import {
  assertAccessible,
  assertNoSidewaysScrolling,
  desktop,
  phone,
  shot,
  startBrowser,
  visit,
} from '../../test/browser.ts'
import { type StoryPortal, startStoryPortal } from '../../test/story-portal.ts'
import { departmentNames } from './departments.ts'

/** No pharmacist, and at no site: what operations are. */
const { nationalId } = demoPeople.professionNotPermitted
const components = ['ecps', 'entry', 'retrieval', 'verification', 'bundle']

const writeWatcher = async (folder: string, failing: readonly string[]): Promise<void> => {
  const at = new Date().toISOString()
  const since = new Date(Date.now() - 12 * 60_000).toISOString()
  const summary = {
    page: { updated_at: at },
    components: components.map((id) => ({
      id,
      status: failing.includes(id) ? 'major_outage' : 'operational',
      updated_at: failing.includes(id) ? since : at,
    })),
  }
  const incident = '2021-08-13/1'
  const everywhere = { rule: 'probe', code: 'PROVIDER_UNAVAILABLE', departments: [], sites: null }
  const log = failing.flatMap((component) => [
    { type: 'opened', at: since, incident, component, since, ...everywhere },
    {
      type: 'told',
      at: since,
      incident,
      stage: 'opened',
      recipient: 'duty-mail-1',
      outcome: 'delivered',
      code: null,
      severity: 'major',
    },
  ])
  await writeWhole(
    join(folder, 'events.ndjson'),
    log.map((one) => `${JSON.stringify(one)}\n`).join(''),
  )
  await writeWhole(join(folder, 'etat/summary.json'), JSON.stringify(summary))
}

/** As the form takes it. */
const inTwoDays = (): string => {
  const [day = ''] = new Date(Date.now() + 48 * 3_600_000).toISOString().split('T')
  return `${day.split('-').toReversed().join('/')} 12:00`
}

/** A fortnight of quarters, and one site in each département with the entries of its last hour. */
const seedDays = async (sql: ReturnType<StoryPortal['sql']>): Promise<void> => {
  await sql`
    insert into operator (person_id, role, reason, added_by, added_at)
    values (${nationalId}, 'duty', 'essai', 'essai', now())`
  await sql`
    insert into site (id, name, postal_code, source, updated_at)
    select code || '0000001', 'Pharmacie d’essai',
      case when length(code) = 3 then code || '10' when code = '2A' then '20000' when code = '2B' then '20200'
        else code || '010' end, 'essai', now()
    from unnest(${[...departmentNames.keys()]}::text[]) as code`
  // A week at a time: seventy days are more than one statement has time for on a machine with other work.
  for (let week = 10; week > 0; week -= 1)
    await sql`
    insert into screening_quarter (quarter, department, recorded, sites)
    select quarter, department, greatest(0, round((6 + length(department)) *
      (1 + 0.2 * sin(extract(epoch from quarter) / 777777)) *
      sin(pi() * extract(hour from quarter at time zone 'Europe/Paris') / 24)))::int, 1
    from generate_series(date_bin('15 minutes', now() - ${week} * interval '7 days', 'epoch'),
      least(date_bin('15 minutes', now() - ${week - 1} * interval '7 days', 'epoch') - interval '15 minutes',
        now() - interval '16 minutes'), interval '15 minutes') as quarter cross join (select department from site where source = 'essai') d`
  await sql`
    insert into screening_quarters_counted (since, until)
    values (now() - interval '70 days', date_bin('15 minutes', now(), 'epoch'))`
  await sql`
    insert into screening (site_id, id, professional_id, door, state, kind, disease, device, sampled_at, recorded_at,
      result, result_at, final_at, catch_up, request_digest, person_hash, key_id, sealed)
    select s.id, gen_random_uuid(), '899700075122', case when n % 5 = 0 then 'laboratory' else 'ecps' end, 'final',
      'antigen', '840539006', '1232', at, at, 'negative', at, at, false, '\\x00', '\\x00', 1, '\\x00'
    from site s cross join lateral (
      select n, now() - n * interval '110 seconds' as at from generate_series(1, 30) as n
    ) entered where s.source = 'essai'`
}

/** An account that was stolen, as the rules found it. */
const seedAlert = (sql: ReturnType<StoryPortal['sql']>) => sql`
  insert into fraud_alert (professional_id, opened_at, last_at, entries, points, evidence, sites)
  values ('899700075130', now() - interval '20 minutes', now(), 31, 148, ${sql.json([
    { code: 'UNKNOWN_COUNTER_AND_NETWORK', value: 26, points: 75 },
    { code: 'NIGHT', value: 20, points: 60 },
  ])}, '{750000001}')`

/** As on that evening: few entries since the provider went, numbers that wait, sheets of paper out. */
const seedEvening = async (sql: ReturnType<StoryPortal['sql']>): Promise<void> => {
  await sql`update screening_quarter set recorded = recorded / 6 where quarter > now() - interval '75 minutes'`
  await sql`delete from screening where recorded_at > now() - interval '61 minutes'
    and site_id not like '97%' and extract(second from recorded_at)::int % 6 > 0`
  await sql`
    insert into booklet (site_id, id, professional_id, counter_key_id, maximum, issued_at, expires_at)
    select id, left(md5(id), 16), '899700075122', '\\x00', 50, now() - interval '2 hours', now() + interval '10 hours'
    from site where source = 'essai'`
  await sql`
    insert into booklet_number (site_id, booklet_id, digest, number, screening_id, received_at, reconciled_at)
    select id, left(md5(id), 16), decode(md5(id || n), 'hex'), n, gen_random_uuid(), now() - n * interval '20 minutes',
      case when n < 3 then now() end
    from site cross join generate_series(1, 4) as n where source = 'essai'`
  await sql`
    insert into slip (site_id, serial, number, printed_by, issued_at, expires_at)
    select id, id || n, n, '899700075122', now() - interval '1 day', now() + interval '13 days'
    from site cross join generate_series(1, 8) as n where source = 'essai'`
}

test('whoever is on duty signs in without a site, sees that all is well, then what is wrong and what to do, and that the portal is gone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sidep-pilotage-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const portal = await startStoryPortal(t, {
    environment: { WATCH_DIR: folder, STATUS_DIR: join(folder, 'etat') },
  })
  await writeWatcher(folder, [])
  await seedDays(portal.sql())
  const browser = await startBrowser(t)
  const { page, complaints } = await visit(browser, { size: phone })

  await page.goto(`${portal.url}/pilotage/`)
  await page.getByRole('link', { name: /e-CPS/ }).click()
  await page.locator('#nationalId').fill(nationalId)
  await page.getByRole('button', { name: 'Continuer' }).click()
  await page.getByRole('button', { name: /^Confirmer/ }).click()

  await page.getByRole('heading', { level: 1, name: 'Tout va bien' }).waitFor()
  complaints.length = 0
  const tiles = page.getByRole('region', { name: 'Tout va-t-il bien ?' }).getByRole('listitem')
  assert.deepEqual(
    (await tiles.allInnerTexts()).map((text) => text.split(/\n+/).slice(0, 2)),
    ['Portes', 'Comptoirs', 'Laboratoires', 'Personnes', 'Vérificateurs'].map((name) => [
      name,
      'Va bien',
    ]),
  )
  await assertAccessible(page)
  await assertNoSidewaysScrolling(page)
  await shot(page, 'calm-phone')
  await page.setViewportSize(desktop)
  await shot(page, 'calm-desktop')

  portal.provider.setFault({ kind: 'down' })
  await writeWatcher(folder, ['ecps'])
  await seedEvening(portal.sql())
  await seedAlert(portal.sql())
  const fact = page.getByText(/Aucune porte ne fonctionne/)
  await fact.waitFor()
  const first = page
    .getByRole('region', { name: 'Ce qui ne va pas, et que faire' })
    .getByRole('listitem')
    .first()
  assert.match(
    (await first.textContent()) ?? '',
    /Aucune porte.*depuis.*Les comptoirs ouverts continuent/s,
  )
  await page.getByText(/% de saisies en moins que le même jour/).waitFor()
  await page.getByRole('heading', { name: /2021-08-13\/1/ }).waitFor()
  await page.getByText(/Poste et réseau jamais vus.*26 saisies/).waitFor()
  await page.getByText(/Écart moyen des prévisions/).waitFor()
  await shot(page, 'evening-desktop')
  // By keyboard alone: the map's figures as a table, the lowest first.
  await page.getByRole('button', { name: 'Les mêmes chiffres en tableau' }).press('Enter')
  const rows = page.getByRole('table').getByRole('row')
  assert.equal(await rows.count(), departmentNames.size + 1)
  await assertAccessible(page)
  await page.getByRole('button', { name: 'English' }).press('Enter')
  await page.getByText(/No door works: nobody can sign in any more/).waitFor()
  await page.setViewportSize(phone)
  await assertNoSidewaysScrolling(page)
  await shot(page, 'evening-phone')
  assert.deepEqual(complaints, [])

  // An act says what it touches before it is done, and is refused without a reason.
  await page.getByRole('button', { name: 'Say how a door is' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Say how a door is' })
  await dialog.getByRole('button', { name: 'See what it touches' }).press('Enter')
  await dialog.getByText(/It holds for eight hours/).waitFor()
  await assertAccessible(page)
  await shot(page, 'act-phone')
  await dialog.getByRole('button', { name: 'Do it' }).press('Enter')
  await dialog.getByText('Say why, in three letters at least.').waitFor()
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('no sign-in succeeds')
  await dialog.getByRole('button', { name: 'Do it' }).press('Enter')
  await dialog.getByText('It is done.').waitFor()
  await dialog.getByRole('button', { name: 'OK' }).press('Enter')
  const [told] = await portal.sql()`select state, set_by from door_switch where door = 'ecps'`
  assert.deepEqual({ ...told }, { state: 'down', set_by: nationalId })
  assert.equal(await page.getByRole('button', { name: /Suspend an account/ }).count(), 0)
  await page.getByRole('button', { name: 'Take it' }).press('Enter')
  const taking = page.getByRole('dialog', { name: 'Take it' })
  await taking.getByRole('button', { name: 'See what it touches' }).press('Enter')
  await taking.getByRole('textbox', { name: 'Reason' }).fill('on it')
  await taking.getByRole('button', { name: 'Do it' }).press('Enter')
  await taking.getByText('It is done.').waitFor()
  await taking.getByRole('button', { name: 'OK' }).press('Enter')
  assert.equal(readdirSync(join(folder, 'orders')).length, 1)
  // A draft of a notice waits for somebody else; a feed is put to rest where it is shown.
  await page.getByRole('button', { name: 'Draft a tolerance notice' }).first().press('Enter')
  const drafting = page.getByRole('dialog', { name: 'Draft a tolerance notice' })
  await drafting.getByRole('textbox', { name: /^Until/ }).fill(inTwoDays())
  await drafting.getByRole('textbox', { name: /^In French/ }).fill('Les fiches comptent encore.')
  await drafting.getByRole('textbox', { name: /in English/ }).fill('Slips still count.')
  await drafting.getByRole('button', { name: 'See what it touches' }).press('Enter')
  await drafting.getByText(/\d slips out/).waitFor()
  await shot(page, 'notice-phone')
  await drafting.getByRole('textbox', { name: 'Reason' }).fill('no door since 15:30')
  await drafting.getByRole('button', { name: 'Do it' }).press('Enter')
  await drafting.getByRole('button', { name: 'OK' }).press('Enter')
  const waiting = page.getByRole('article', { name: /^AT-/ })
  await waiting.getByText('Draft: waits for a signature').waitFor()
  assert.equal(await waiting.getByRole('button').count(), 0, 'who drafted it does not sign it')
  await page.getByRole('button', { name: 'Pause: Surveillance' }).press('Enter')
  const pausing = page.getByRole('dialog', { name: 'Pause a feed' })
  await pausing.getByRole('button', { name: 'See what it touches' }).press('Enter')
  await pausing.getByRole('textbox', { name: 'Reason' }).fill('their move')
  await pausing.getByRole('button', { name: 'Do it' }).press('Enter')
  await pausing.getByRole('button', { name: 'OK' }).press('Enter')
  await page.getByRole('button', { name: 'Resume: Surveillance' }).waitFor()
  await assertAccessible(page)
  await page.setViewportSize(desktop)
  await shot(page, 'decisions-desktop')
  assert.deepEqual(complaints, [])

  // The portal goes too: what was seen last stays, and the page says that nobody answers.
  await portal.stop()
  await page.getByText('The portal does not answer').waitFor()
  assert.ok(await page.getByText(/No door works/).isVisible())
  await shot(page, 'gone-phone')
})
