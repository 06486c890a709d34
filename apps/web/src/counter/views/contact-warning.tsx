import { useMessages } from '../../shared/messages/index.ts'
import { Icon } from '../../shared/ui/index.ts'
import { useSiteZone } from '../context.ts'
import { unreachablePhone } from '../form/unreachable-phone.ts'
import { deliveryMessages } from '../messages/delivery-messages.ts'

/** Said before anything is sent, and stops nothing. */
export const ContactWarning = ({ contact }: { readonly contact: string }) => {
  const t = useMessages(deliveryMessages)
  const why = unreachablePhone(contact, useSiteZone())
  return (
    // Always there, so that what appears in it is spoken.
    <p className="field-warning" role="status">
      {why !== null && (
        <>
          <Icon name="warning" />
          <span>{t(why)}</span>
        </>
      )}
    </p>
  )
}
