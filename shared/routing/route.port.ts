/** Which organisation a business phone number belongs to. */
export interface Route {
  organizationId: string;
  wabaId?: string | undefined;
  phoneNumberId?: string | undefined;
}

/** A business phone number that is connected to an organisation. */
export type ConnectedNumber = Record<keyof Route, string>;

/** The routes. */
export interface RouteTable {
  /** The organisation that owns a number, or none. `fresh` sees every write that was answered before. */
  byPhoneNumber(phoneNumberId: string, options: { fresh: boolean }): Promise<Route | undefined>;
  /** Every organisation connected to a WhatsApp Business Account. */
  byWaba(wabaId: string, options: { fresh: boolean }): Promise<Route[]>;
}
