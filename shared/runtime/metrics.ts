/** The CloudWatch namespace of all of this service's own metrics. */
export const metricNamespace = 'NexusWhatsApp';
