/** Software of vendors: its port, and what a professional lets it do at the counter. */
export { vendorCounterModule } from './counter-routes.ts'
export { endingOfVendorDelegation } from './delegation.ts'
export { openVendorPort } from './port.ts'
export { startWebhookWorker } from './webhooks/worker.ts'
