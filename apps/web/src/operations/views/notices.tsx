import type { NoticeView, OperationsFigures } from '@sidep/contracts'
import { useLanguage, useMessages } from '../../shared/messages/index.ts'
import { Tag } from '../../shared/ui/index.ts'
import { ActButton } from '../acts/acts.tsx'
import { operationsMessages } from '../operations-messages.ts'
import { momentWords } from '../time-words.ts'

/** What a notice is about, as the form of an act holds it. */
const typedOf = ({ id, accepts, sites, fr, en }: NoticeView, language: 'fr' | 'en') => ({
  notice: id,
  accepts: accepts.length > 1 ? 'both' : (accepts[0] ?? 'both'),
  sites: sites.join(' '),
  words: language === 'fr' ? fr : en,
})

const OneNotice = ({
  notice,
  now,
  own,
}: {
  readonly notice: NoticeView
  readonly now: Date
  readonly own: string
}) => {
  const t = useMessages(operationsMessages)
  const { language } = useLanguage()
  const { id, sites, from, until, fr, en, draftedBy, signedBy } = notice
  const moment = (text: string): string => momentWords(new Date(text), now, language)
  const given = typedOf(notice, language)
  return (
    <article className="stack notice-of-operations" aria-labelledby={id}>
      <h3 id={id}>{id}</h3>
      <p className="row">
        <Tag tone={signedBy === null ? 'warn' : 'good'}>
          {t(signedBy === null ? 'noticeDraft' : 'noticeSigned')}
        </Tag>
        <span>{t('noticeTimes', { from: moment(from), until: moment(until) })}</span>
      </p>
      <p>{language === 'fr' ? fr : en}</p>
      <p className="small muted">
        {sites.length === 0 ? t('noticeEverywhere') : t('noticeSites', { sites: sites.join(' ') })}{' '}
        {signedBy === null
          ? t('noticeBy', { by: draftedBy })
          : t('noticeByBoth', { by: draftedBy, signedBy })}
      </p>
      {signedBy === null && draftedBy === own && <p className="small">{t('noticeNotYours')}</p>}
      <div className="actions">
        {signedBy === null && draftedBy !== own && <ActButton kind="signNotice" given={given} />}
        <ActButton kind="withdrawNotice" given={given} />
      </div>
    </article>
  )
}

/** Tolerance notices that are not over, drafts first: what waits for somebody. */
export const Notices = ({
  figures,
  now,
  own,
}: {
  readonly figures: OperationsFigures | null
  readonly now: Date
  /** National id of who looks. */
  readonly own: string
}) => {
  const t = useMessages(operationsMessages)
  const notices = (figures?.notices ?? []).toSorted(
    (one, other) => Number(one.signedBy !== null) - Number(other.signedBy !== null),
  )
  return (
    <section className="panel stack" aria-labelledby="notices">
      <h2 id="notices">{t('noticesTitle')}</h2>
      {figures === null && <p>{t('unknown')}</p>}
      {figures !== null && notices.length === 0 && <p>{t('noNotice')}</p>}
      {notices.map((notice) => (
        <OneNotice key={notice.id} notice={notice} now={now} own={own} />
      ))}
      <div className="actions">
        <ActButton kind="notice" />
      </div>
    </section>
  )
}
