import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dayMilliseconds } from '@sidep/time'
import { type AuditGrounds, startAuditGrounds } from '../testing.ts'
import { reportRetention } from './report.ts'
import { takeRun } from './run-store.ts'
import { sweeps, sweepTable } from './sweeps.ts'
import { cutoffOf, daysOf } from './terms.ts'

let grounds: AuditGrounds
before(async () => {
  grounds = await startAuditGrounds()
})
after(() => grounds.close())

const settings = { identifyingDays: 92, tracesDays: 184 }
const uuid = 'gen_random_uuid()'

/** A row of each swept table whose time begins at $1, numbered $2. */
const rows: Readonly<Record<string, string>> = {
  audit_signed_head: `(site_id, day, sequence, hash, signed_at, key_id, signature)
    select 'a', ($1::timestamptz at time zone 'UTC')::date - 1, $2::int, '', $1, '', ''`,
  delegation: `(site_id, id, responsible_id, responsible_family_name, responsible_first_names,
      responsible_profession, staff_id, key_id, sealed, created_at, ends_at)
    select 'a', ${uuid}, 'r', '', '', '21', $2::text, 1, '', $1, $1`,
  vendor_assertion: `(vendor_id, jti, expires_at) select 'v', $2::text, $1`,
  vendor_request: `(user_code, device_code_hash, vendor_id, site_id, scopes, asked_at, expires_at, interval_seconds)
    select $2::text, sha256($2::text::bytea), 'v', 'a', '{}', $1, $1, 5`,
  vendor_delegation: `(site_id, id, vendor_id, professional_id, family_name, first_names, profession, site_name,
      scopes, signed_in_at, granted_at, ends_at)
    select 'a', ${uuid}, $2::text, 'p', '', '', '21', '', '{}', $1, $1, $1`,
  vendor_event: `(site_id, sequence, vendor_id, type, screening_id, occurred_at, due_at)
    select 'a', $2::bigint, 'v', 'screening.corrected', ${uuid}, $1, $1`,
  delegation_pointer: `(staff_id, site_id, ends_at) select $2::text, 'a', $1`,
  booklet: `(site_id, id, professional_id, counter_key_id, maximum, issued_at, expires_at)
    select 'a', $2::text, 'p', '', 1, $1, $1`,
  booklet_holder: `(site_id, booklet_id, session_id, person_id, responsible_id, device, counter_key_id,
      signed_in_at, issued_at, expires_at)
    select 'a', $2::text, 's', 'p', 'p', 'd', '', $1, $1, $1`,
  booklet_number: `(site_id, booklet_id, digest, number, screening_id, received_at)
    select 'a', $2::text, '', 1, ${uuid}, $1`,
  booklet_waste: `(site_id, booklet_id, number, received_at) select 'a', $2::text, 1, $1`,
  slip: `(site_id, serial, number, printed_by, issued_at, expires_at)
    select 'a', $2::text, 1, 'p', $1, $1`,
  continuity_flag: `(site_id, screening_id, code, professional_id, flagged_at)
    select 'a', ${uuid}, $2::text, 'p', $1`,
  continuity_withdrawal: `(kind, subject, withdrawn_at, reason, expires_at)
    select 'slip', $2::text, $1, '', $1`,
  certificate_revocation: `(site_id, screening_id, number, revoked_at, reason, twoddoc_hash, expires_at)
    select 'a', ${uuid}, $2::int, $1, '', '', $1`,
  screening_withdrawal: `(site_id, screening_id, id, reason, professional_id, door, withdrawn_at)
    select 'a', ${uuid}, ${uuid}, $2::text, 'p', 'card', $1`,
  feed_record: `(site_id, screening_id, recorded_at, pseudonym, day, kind, disease, result, sex, age_class,
      department, withdrawn)
    select 'a', ${uuid}, $1, $2::text, $1::timestamptz::date, 'antigen', '', 'negative', 'f', '09', '', false`,
  feed_item: `(site_id, feed, screening_id, sequence, since, due_at)
    select 'a', 'tracing', ${uuid}, $2::bigint, $1, $1`,
  site_notice: `(site_id, id, kind, reason, by_id, by_name, at)
    select 'a', ${uuid}, 'slips-cancelled', $2::text, 'p', 'p', $1`,
  session_revocation: `(kind, subject, revoked_before, reason, revoked_at, expires_at)
    select 'session', $2::text, $1, '', $1, $1`,
  listed_session: `(person_id, session_id, door, browser, system, signed_in_at, ends_at)
    select 'p', $2::text, 'ecps', 'other', 'other', $1, $1`,
  user_signal: `(minute, what, department, process_id, begun, came_in, refused, failed, begun_at, back_at)
    select $1, 'ecps', '', $2::text, 1, 0, 0, 0, '{}', '{}'`,
  counter_signal: `(slot, department, process_id, heard, back, offline_seconds, offline_seconds_max, back_at,
      numbers, waiting, lost_ecps, lost_card) select $1, '', $2::text, 1, 0, 0, 0, '{}', 0, 0, 0, 0`,
  counter_heard: "(site_id, department, heard_at) select $2::text, '', $1",
  professional_pace: `(professional_id, hour, screenings, step) select $2::text, $1, 1, 0`,
  counter_network: `(site_id, counter_id, network, first_at, last_at)
    select 'a', $2::text, ''::bytea, $1, $1`,
  fraud_alert: `(professional_id, opened_at, last_at, entries, points, evidence, sites)
    select $2::text, $1, $1, 1, 100, '[]', '{}'`,
  issued_digest: `(professional_id, day, entries, sites, first_at, last_at, addresses, link_hash, made_at, due_at)
    select $2::text, '2021-08-13', 1, '[]', $1, $1, '{}', sha256($2::text::bytea), $1, $1`,
  tolerance_notice: `(id, accepts, sites, accepted_from, accepted_until, fr, en, drafted_by, drafted_at, reason)
    select $2::text, '{slip}', '{}', $1, $1, '', '', '', $1, ''`,
  device_proof: `(session_id, nonce, expires_at) select 's', $2::text, $1`,
  card_assertion: '(id, expires_at) select $2::text, $1',
  sign_in_attempt: `(bucket, window_started_at, attempts) select sha256($2::text::bytea), $1, 1`,
  retention_run: `(id, started_at, finished_at) select ${uuid}, $1, $1 where $2::text is not null`,
}

for (const sweep of sweeps) {
  test(`${sweep.kind}: what is past its time goes, what is not stays, and the report tells`, async () => {
    const { sql, clock } = await grounds.ground('2022-06-01T00:00:00Z')
    const run = await takeRun(sql, '018f0000-0000-7000-8000-000000000000', clock.now())
    const insert = async (days: number, number: number): Promise<void> => {
      const at = new Date(clock.now().getTime() - days * dayMilliseconds)
      await sql.unsafe(`insert into ${sweep.table} ${rows[sweep.table]}`, [at, String(number)])
    }
    const before = cutoffOf(sweep.term, settings, clock.now())
    const days = daysOf(sweep.term, settings)
    await insert(days + 400, 1)
    await insert(days + 2, 2)
    await insert(days, 3)
    await insert(0, 4)
    const line = async () =>
      (await reportRetention(sql, settings, clock.now())).lines.find(
        ({ kind }) => kind === sweep.kind,
      )
    assert.deepEqual((await line())?.kept, false)
    await sweepTable(sql, run, sweep, before, new AbortController().signal)
    assert.deepEqual((await line())?.kept, true)
    const [left] = await sql.unsafe(
      `select count(*)::int as count from ${sweep.table} where (${sweep.since}) is not null`,
    )
    assert.equal(left?.count, 2)
    const [counted] = await sql`select removed from retention_run where id = ${run}`
    assert.deepEqual(counted?.removed, { [sweep.kind]: 2 })
  })
}
