import { feedNames, watchedComponents } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { ChoiceGroup } from '../../shared/ui/index.ts'
import { useComponentName } from '../views/component-name.ts'
import { actMessages } from './act-messages.ts'
import { type ActKind, type Typed, tolerated, whys } from './act-request.ts'

/** Choices of an act, besides what is typed. */
export const Choices = ({
  kind,
  typed,
  set,
}: {
  readonly kind: ActKind
  readonly typed: Typed
  readonly set: (name: string) => (value: string) => void
}) => {
  const t = useMessages(actMessages)
  const nameOf = useComponentName()
  const chosen = (name: string): string | null => typed[name] ?? null
  if (kind === 'door')
    return (
      <>
        <ChoiceGroup
          label={t('door')}
          choices={(['ecps', 'card'] as const).map((value) => ({
            value,
            label: t(`door_${value}`),
          }))}
          value={chosen('door')}
          onChange={set('door')}
        />
        <ChoiceGroup
          label={t('doorTo')}
          choices={(['down', 'up', 'probes'] as const).map((value) => ({
            value,
            label: t(`to_${value}`),
          }))}
          value={chosen('to')}
          onChange={set('to')}
        />
      </>
    )
  if (kind === 'open')
    return (
      <ChoiceGroup
        label={t('what')}
        choices={watchedComponents.map((value) => ({ value, label: nameOf(value) }))}
        value={chosen('component')}
        onChange={set('component')}
      />
    )
  if (kind === 'feed')
    return (
      <>
        <ChoiceGroup
          label={t('feed')}
          choices={feedNames.map((value) => ({ value, label: t(`feed_${value}`) }))}
          value={chosen('feed')}
          onChange={set('feed')}
        />
        <ChoiceGroup
          label={t('feedTo')}
          choices={(['paused', 'running'] as const).map((value) => ({
            value,
            label: t(`to_${value}`),
          }))}
          value={chosen('to')}
          onChange={set('to')}
        />
      </>
    )
  if (kind === 'withdrawal')
    return (
      <>
        <ChoiceGroup
          label={t('papers')}
          choices={(['booklets', 'slips'] as const).map((value) => ({
            value,
            label: t(`papers_${value}`),
          }))}
          value={chosen('papers')}
          onChange={set('papers')}
        />
        <ChoiceGroup
          label={t('why')}
          choices={whys.map((value) => ({ value, label: t(`why_${value}`) }))}
          value={chosen('why')}
          onChange={set('why')}
        />
      </>
    )
  if (kind === 'notice')
    return (
      <>
        <ChoiceGroup
          label={t('noticeAccepts')}
          choices={tolerated.map((value) => ({ value, label: t(`accepts_${value}`) }))}
          value={chosen('accepts')}
          onChange={set('accepts')}
        />
        {chosen('accepts') !== 'slip' && <p className="small muted">{t('noticeRules')}</p>}
      </>
    )
  if (kind !== 'suspension') return null
  return (
    <ChoiceGroup
      label={t('suspensionTo')}
      choices={(['suspended', 'lifted'] as const).map((value) => ({
        value,
        label: t(`to_${value}`),
      }))}
      value={chosen('to')}
      onChange={set('to')}
    />
  )
}
