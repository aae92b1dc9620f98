/** Which organisation a business phone number belongs to. */
export interface Route {
  organizationId: string;
  wabaId?: string | undefined;
  phoneNumberId?: string | undefined;
  /** What Meta takes of this number, inbound and outbound together; its default where it is not known. */
  messagesPerSecond?: number | undefined;
  /** When it was taken over from another organisation, RFC 3339: what came before is not this one's. */
  takenOverAt?: string | undefined;
}

/** A business phone number that is connected to an organisation. */
export type ConnectedNumber = Record<'organizationId' | 'wabaId' | 'phoneNumberId', string>;

/** The routes. */
export interface RouteTable {
  /** The organisation that owns a number, or none. `fresh` sees every write that was answered before. */
  byPhoneNumber(phoneNumberId: string, options: { fresh: boolean }): Promise<Route | undefined>;
  /** Every organisation connected to a WhatsApp Business Account. */
  byWaba(wabaId: string, options: { fresh: boolean }): Promise<Route[]>;
}
