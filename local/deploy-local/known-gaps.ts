/** What launch_ministack.py does in MiniStack's place. */
export const madeUpFor = [
  'Alarms over several metrics, and saved Logs Insights queries: accepted and not created.',
  'Ref of a secret: its ARN, where MiniStack gives its name.',
  'PartiQL INSERT: writes a record to the stream, where MiniStack writes none.',
];

/** What MiniStack takes and does otherwise than AWS, so that nothing here proves it. */
export const doneOtherwise = [
  'The table has no point-in-time recovery (Replicas, above) and never expires an item.',
  'IAM policies and the authorizers of SendApi are not enforced: every call is allowed.',
  'A stream mapping goes on where a function reports failed records (ReportBatchItemFailures).',
  'Functions run as processes of this Node on this processor, and not in arm64 environments.',
];
