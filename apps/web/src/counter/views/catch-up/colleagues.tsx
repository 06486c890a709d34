import { useState } from 'react'
import { useMessages } from '../../../shared/messages/index.ts'
import { Button, Confirm, Notice } from '../../../shared/ui/index.ts'
import { type DeskState, isOwn } from '../../catch-up/desk.ts'
import { useCatchUpDesk, useCounterState } from '../../context.ts'
import { ownerOf } from '../../state.ts'
import { catchUpMessages } from './catch-up-messages.ts'

/**
 * Lines that a colleague typed on this device: they would wait for the colleague, so whoever is here may take
 * them over; and lines of other sites, which wait for a sign-in there.
 */
export const Colleagues = ({ state }: { readonly state: DeskState }) => {
  const t = useMessages(catchUpMessages)
  const desk = useCatchUpDesk()
  const { session } = useCounterState()
  const [isAsking, setIsAsking] = useState(false)
  const owner = ownerOf(session)
  const theirs = state.grid.rows.filter((row) => !isOwn(row, owner))
  const namesOf = (names: readonly string[]): string => [...new Set(names)].join(', ')
  return (
    <>
      {theirs.length > 0 && (
        <Notice tone="warn">
          <p>
            {t('colleague', {
              count: theirs.length,
              names: namesOf(theirs.map((row) => row.owner.professionalName)),
            })}
          </p>
          <div>
            <Button onPress={() => setIsAsking(true)}>{t('adopt')}</Button>
          </div>
        </Notice>
      )}
      {state.others.length > 0 && (
        <Notice tone="info">
          <p>
            {t('otherSites', {
              count: state.others.length,
              names: namesOf(state.others.map((row) => row.owner.siteName)),
            })}
          </p>
        </Notice>
      )}
      <Confirm
        title={t('adoptTitle')}
        isOpen={isAsking}
        confirmLabel={t('adopt')}
        onCancel={() => setIsAsking(false)}
        onConfirm={() => {
          setIsAsking(false)
          desk.adopt()
        }}
      >
        <p>{t('adoptHelp')}</p>
      </Confirm>
    </>
  )
}
