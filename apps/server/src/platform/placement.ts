/**
 * Where the rows of each table are when the sites are on several machines (Citus, docs/adr/0085). On one machine it changes
 * nothing; statements and functions are written for it everywhere, and `npm run check` holds them to it.
 *
 * - by site: on the machine of the site, whose rows of all these tables are together;
 * - by person: likewise of somebody who signs in;
 * - reference: whole on every machine, read everywhere, written seldom;
 * - local: on the machine that the portal connects to, and read from there alone: short-lived, or one for all sites.
 */

/** Their first column is `site_id`, in the primary key too. */
const bySite = [
  ...['screening', 'certificate', 'retrieval', 'outbox', 'correction', 'screening_withdrawal'],
  ...['certificate_revocation', 'recovery_certificate', 'screening_count'],
  ...['audit', 'audit_head', 'audit_signed_head', 'audit_checkpoint'],
  ...['booklet', 'booklet_number', 'booklet_waste', 'slip', 'slip_head', 'continuity_flag'],
  ...[
    'site_notice',
    'delegation',
    'vendor_delegation',
    'vendor_cursor',
    'vendor_event',
    'counter_network',
  ],
  ...['feed_cursor', 'feed_item', 'feed_record'],
] as const

/** With the column that says whose row it is, first in the primary key. */
const byPerson = {
  listed_session: 'person_id',
  delegation_pointer: 'staff_id',
  professional_pace: 'professional_id',
} as const

const reference = [
  ...['professional', 'site', 'professional_site', 'place_without_finess'],
  ...['test_kind', 'disease', 'device', 'signing_key', 'continuity_withdrawal'],
] as const

const local = [
  ...['migration', 'data_key', 'key_epoch', 'directory_import', 'operator'],
  // The register of vendors, and what is minutes old.
  ...['vendor', 'vendor_assertion', 'vendor_request', 'vendor_webhook'],
  // Of signing in, the waiting room and the doors.
  ...['card_revocation_list', 'card_assertion', 'card_session', 'device_proof', 'booklet_holder'],
  ...['session_revocation', 'professional_suspension', 'sign_in_attempt', 'provider_memory'],
  ...['door_report', 'door_switch'],
  ...['waiting_room', 'waiting_arrival', 'waiting_redemption', 'waiting_confirmation'],
  // One for all sites, written by one process at a time.
  ...['audit_roll', 'audit_start', 'audit_signer', 'retention_run', 'fraud_alert', 'issued_digest'],
  ...[
    'trust_index',
    'trust_part',
    'trust_carried',
    'tolerance_notice',
    'issued_hashes',
    'issued_sweep',
  ],
  ...['revocation_scheme', 'revocation_filter'],
  ...['feed', 'feed_key', 'open_data_due', 'open_data_day', 'open_data_release'],
  ...[
    'user_signal',
    'counter_signal',
    'counter_heard',
    'screening_quarter',
    'screening_quarters_counted',
  ],
] as const

export interface PlacedTable {
  readonly table: string
  readonly placement: 'site' | 'person' | 'reference' | 'local'
  /** Whose row it is; null for tables that are not spread. */
  readonly column: string | null
}

export const placedTables: readonly PlacedTable[] = [
  ...bySite.map((table) => ({ table, placement: 'site' as const, column: 'site_id' })),
  ...Object.entries(byPerson).map(([table, column]) => ({
    table,
    placement: 'person' as const,
    column,
  })),
  ...reference.map((table) => ({ table, placement: 'reference' as const, column: null })),
  ...local.map((table) => ({ table, placement: 'local' as const, column: null })),
]

/** Views over tables by site, with the site as a column. */
export const viewsBySite = ['current_screening'] as const
