import type { Step } from '@sidep/verdict'
import {
  dateWords,
  deviceDateWords,
  localeOf,
  useLanguage,
  useMessages,
} from '../shared/messages/index.ts'
import type { RuleWords, VerdictView } from './verdict-view.ts'
import { verifierMessages } from './verifier-messages.ts'

const stepWords = {
  prefix: 'stepPrefix',
  base45: 'stepBase45',
  zlib: 'stepZlib',
  cbor: 'stepCbor',
  cose: 'stepCose',
  cwt: 'stepCwt',
  key: 'stepKey',
  signature: 'stepSignature',
  'key-usage': 'stepKeyUsage',
  validity: 'stepValidity',
  schema: 'stepSchema',
  revocation: 'stepRevocation',
  rules: 'stepRules',
} as const satisfies Record<Step, string>

/** Why a verdict is what it is: the notice that lets it pass, the rule with its times, the step at which it stopped. */
export const Explanation = ({ view }: { readonly view: VerdictView }) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const { tolerance, rule, stoppedAt } = view
  return (
    <>
      {tolerance !== null && (
        <p className="tolerance">
          <strong>{t('tolerance', { until: momentWords(tolerance.until, language) })}</strong>{' '}
          {tolerance.text[language]}
        </p>
      )}
      {rule !== null && <Rule rule={rule} />}
      {stoppedAt !== null && (
        <p className="stopped-at">
          {t('stoppedAt', {
            number: stoppedAt.number,
            of: stoppedAt.of,
            step: t(stepWords[stoppedAt.step]),
          })}
        </p>
      )}
    </>
  )
}

const Rule = ({ rule }: { readonly rule: RuleWords }) => {
  const t = useMessages(verifierMessages)
  const { language } = useLanguage()
  const { text, timeZone } = rule
  const from = rule.from === null ? null : momentWords(rule.from, language, timeZone)
  const until = rule.until === null ? null : momentWords(rule.until, language, timeZone)
  return (
    <p className="rule">
      <strong>{t('rule')} :</strong> {text[language]}
      {from !== null && until !== null && ` — ${t('ruleFromUntil', { from, until })}`}
      {from !== null && until === null && ` — ${t('ruleFrom', { from })}`}
      {from === null && until !== null && ` — ${t('ruleUntil', { until })}`}
    </p>
  )
}

const dayAndTime = {
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
} as const

/** By the clock of a place, which is named where it is not the device's own. */
const momentWords = (at: Date, language: 'fr' | 'en', timeZone?: string): string =>
  timeZone === undefined
    ? deviceDateWords(at, localeOf[language], dayAndTime)
    : dateWords(at, localeOf[language], { ...dayAndTime, timeZone, timeZoneName: 'short' })
