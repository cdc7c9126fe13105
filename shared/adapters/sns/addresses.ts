/** Where a topic is. */
export interface TopicAddresses {
  readonly opsTopicArn: string;
  /** Followed by a client's id. */
  readonly clientTopicArnPrefix: string;
}

export const clientTopic = (client: string): string => `client/${client}`;

export const arnOf = ({ opsTopicArn, clientTopicArnPrefix }: TopicAddresses, topic: string): string =>
  topic === 'ops' ? opsTopicArn : clientTopicArnPrefix + topic.slice(clientTopic('').length);
