import type { OperatorView } from '@sidep/contracts'
import { useMessages } from '../../shared/messages/index.ts'
import { operationsMessages } from '../operations-messages.ts'

/** Who works at this page, and as what. */
export const WhoIsHere = ({
  operator: { firstNames, familyName, roles },
}: {
  readonly operator: OperatorView
}) => {
  const t = useMessages(operationsMessages)
  return (
    <span className="small who-is-here">
      {firstNames} {familyName}{' '}
      <span className="muted">
        {t('roles', { roles: roles.map((role) => t(`role_${role}`)).join(', ') })}
      </span>
    </span>
  )
}
