import { startMailbox } from './mailbox.ts'

const portOf = (name: string, otherwise: number): number => {
  const text = process.env[name]
  if (text === undefined) return otherwise
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`${name} is not a port`)
  return port
}

const mailbox = await startMailbox({
  httpPort: portOf('MAILBOX_PORT', 8025),
  smtpPort: portOf('MAILBOX_SMTP_PORT', 2525),
  ...(process.env.SMS_TOKEN === undefined ? {} : { smsToken: process.env.SMS_TOKEN }),
})
console.log(
  `page ${mailbox.url}\nmail ${mailbox.smtpUrl}\nsms  ${mailbox.smsUrl} (bearer ${mailbox.smsToken})`,
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void mailbox.close()
  })
}
