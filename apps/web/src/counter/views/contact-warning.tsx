import { isLandline, parseContacts } from '@sidep/identifiers'
import { useMessages } from '../../shared/messages/index.ts'
import { Icon } from '../../shared/ui/index.ts'
import { deliveryMessages } from '../messages/delivery-messages.ts'

/** Said before anything is sent, and stops nothing: some landlines have their texts read out. */
export const ContactWarning = ({ contact }: { readonly contact: string }) => {
  const t = useMessages(deliveryMessages)
  const read = parseContacts(contact)
  const { phone, email } = read.ok ? read.value : {}
  const isFixed = phone !== undefined && isLandline(phone)
  return (
    // Always there, so that what appears in it is spoken.
    <p className="field-warning" role="status">
      {isFixed && (
        <>
          <Icon name="warning" />
          <span>{t(email === undefined ? 'landline' : 'landlineWithEmail')}</span>
        </>
      )}
    </p>
  )
}
