// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// Made of docs/openapi.json by client/generate-types.ts. Change contract/ or the schemas, not this file.

export type OutboundMessage =
  | (
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'text';
          text: TextContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
          /**
           * Direct Send: a message outside the customer service window without a template.
           */
          category?: 'utility' | 'authentication';
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'image';
          image: ImageOrVideoContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'video';
          video: ImageOrVideoContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'audio';
          audio: AudioContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'document';
          document: DocumentContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'sticker';
          sticker: StickerContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'location';
          location: LocationContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'contacts';
          contacts: ContactsContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'interactive';
          interactive: InteractiveContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
          /**
           * Direct Send: a message outside the customer service window without a template.
           */
          category?: 'utility' | 'authentication';
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'template';
          template: TemplateContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type?: 'individual';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to?: string;
          /**
           * A person's business-scoped user id (BSUID), in place of `to`.
           */
          recipient?: string;
          /**
           * Meta refuses the message where the person has another device identity than this.
           */
          recipient_identity_key_hash?: string;
          type: 'reaction';
          reaction: ReactionContent;
        }
    )
  | (
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'text';
          text: TextContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'image';
          image: ImageOrVideoContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'video';
          video: ImageOrVideoContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'audio';
          audio: AudioContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'document';
          document: DocumentContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'sticker';
          sticker: StickerContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'template';
          template: TemplateContent;
          /**
           * The message that this one replies to.
           */
          context?: {
            message_id: string;
          };
        }
      | {
          messaging_product?: 'whatsapp';
          recipient_type: 'group';
          /**
           * A person's phone number with its country code (`+966500000001`), or the group's id.
           */
          to: string;
          type: 'pin';
          pin: PinContent;
        }
    );
/**
 * @minItems 1
 * @maxItems 257
 */
export type ContactsContent = [
  {
    name: {
      formatted_name: string;
      first_name?: string;
      middle_name?: string;
      last_name?: string;
      prefix?: string;
      suffix?: string;
    };
    addresses?: {
      street?: string;
      city?: string;
      state?: string;
      zip?: string;
      country?: string;
      country_code?: string;
      type?: string;
    }[];
    birthday?: string;
    emails?: {
      email?: string;
      type?: string;
    }[];
    org?: {
      company?: string;
      department?: string;
      title?: string;
    };
    phones?: {
      phone?: string;
      type?: string;
      wa_id?: string;
    }[];
    urls?: {
      url?: string;
      type?: string;
    }[];
  },
  ...{
    name: {
      formatted_name: string;
      first_name?: string;
      middle_name?: string;
      last_name?: string;
      prefix?: string;
      suffix?: string;
    };
    addresses?: {
      street?: string;
      city?: string;
      state?: string;
      zip?: string;
      country?: string;
      country_code?: string;
      type?: string;
    }[];
    birthday?: string;
    emails?: {
      email?: string;
      type?: string;
    }[];
    org?: {
      company?: string;
      department?: string;
      title?: string;
    };
    phones?: {
      phone?: string;
      type?: string;
      wa_id?: string;
    }[];
    urls?: {
      url?: string;
      type?: string;
    }[];
  }[]
];
export type InteractiveContent =
  | {
      type: 'button';
      header?:
        | {
            type: 'text';
            /**
             * Its text.
             */
            text: string;
          }
        | {
            type: 'image';
            image: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'video';
            video: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'document';
            document: {
              id?: string;
              link?: string;
              /**
               * The file's name, where its sender has given one.
               */
              filename?: string;
            };
          };
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        /**
         * @minItems 1
         * @maxItems 3
         */
        buttons: [
          {
            type: 'reply';
            reply: {
              id: string;
              title: string;
            };
          },
          ...{
            type: 'reply';
            reply: {
              id: string;
              title: string;
            };
          }[]
        ];
      };
    }
  | {
      type: 'list';
      header?: {
        type: 'text';
        /**
         * Its text.
         */
        text: string;
      };
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        button: string;
        /**
         * @minItems 1
         * @maxItems 10
         */
        sections: [
          {
            title?: string;
            /**
             * @minItems 1
             */
            rows: [
              {
                id: string;
                title: string;
                description?: string;
              },
              ...{
                id: string;
                title: string;
                description?: string;
              }[]
            ];
          },
          ...{
            title?: string;
            /**
             * @minItems 1
             */
            rows: [
              {
                id: string;
                title: string;
                description?: string;
              },
              ...{
                id: string;
                title: string;
                description?: string;
              }[]
            ];
          }[]
        ];
      };
    }
  | {
      type: 'cta_url';
      header?:
        | {
            type: 'text';
            /**
             * Its text.
             */
            text: string;
          }
        | {
            type: 'image';
            image: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'video';
            video: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'document';
            document: {
              id?: string;
              link?: string;
              /**
               * The file's name, where its sender has given one.
               */
              filename?: string;
            };
          };
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        name: 'cta_url';
        parameters: {
          display_text: string;
          url: string;
        };
      };
    }
  | {
      type: 'location_request_message';
      body: {
        text: string;
      };
      action: {
        name: 'send_location';
      };
    }
  | {
      type: 'flow';
      header?:
        | {
            type: 'text';
            /**
             * Its text.
             */
            text: string;
          }
        | {
            type: 'image';
            image: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'video';
            video: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'document';
            document: {
              id?: string;
              link?: string;
              /**
               * The file's name, where its sender has given one.
               */
              filename?: string;
            };
          };
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        name: 'flow';
        parameters: {
          flow_message_version: '3';
          flow_id?: string;
          flow_name?: string;
          flow_cta: string;
          flow_token?: string;
          mode?: 'draft' | 'published';
          flow_action?: 'navigate' | 'data_exchange';
          flow_action_payload?: {
            screen?: string;
            data?: {
              [k: string]: unknown;
            };
          };
        };
      };
    }
  | {
      type: 'product';
      body?: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        catalog_id: string;
        product_retailer_id: string;
      };
    }
  | {
      type: 'product_list';
      header: {
        type: 'text';
        /**
         * Its text.
         */
        text: string;
      };
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        catalog_id: string;
        /**
         * @minItems 1
         * @maxItems 10
         */
        sections: [
          {
            title?: string;
            /**
             * @minItems 1
             */
            product_items: [
              {
                product_retailer_id: string;
              },
              ...{
                product_retailer_id: string;
              }[]
            ];
          },
          ...{
            title?: string;
            /**
             * @minItems 1
             */
            product_items: [
              {
                product_retailer_id: string;
              },
              ...{
                product_retailer_id: string;
              }[]
            ];
          }[]
        ];
      };
    }
  | {
      type: 'catalog_message';
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        name: 'catalog_message';
        parameters?: {
          thumbnail_product_retailer_id?: string;
        };
      };
    }
  | {
      type: 'carousel';
      body: {
        text: string;
      };
      action: {
        /**
         * @minItems 2
         * @maxItems 10
         */
        cards: [
          {
            card_index: number;
            type: 'cta_url';
            /**
             * As of a template.
             */
            header:
              | {
                  type: 'image';
                  image: {
                    id?: string;
                    link?: string;
                  };
                }
              | {
                  type: 'video';
                  video: {
                    id?: string;
                    link?: string;
                  };
                };
            /**
             * Its text with its parameters filled in.
             */
            body?: {
              text: string;
            };
            action:
              | {
                  name: 'cta_url';
                  parameters: {
                    display_text: string;
                    url: string;
                  };
                }
              | {
                  /**
                   * @minItems 1
                   * @maxItems 3
                   */
                  buttons: [
                    {
                      type: 'quick_reply';
                      quick_reply: {
                        id: string;
                        title: string;
                      };
                    },
                    ...{
                      type: 'quick_reply';
                      quick_reply: {
                        id: string;
                        title: string;
                      };
                    }[]
                  ];
                };
          },
          {
            card_index: number;
            type: 'cta_url';
            /**
             * As of a template.
             */
            header:
              | {
                  type: 'image';
                  image: {
                    id?: string;
                    link?: string;
                  };
                }
              | {
                  type: 'video';
                  video: {
                    id?: string;
                    link?: string;
                  };
                };
            /**
             * Its text with its parameters filled in.
             */
            body?: {
              text: string;
            };
            action:
              | {
                  name: 'cta_url';
                  parameters: {
                    display_text: string;
                    url: string;
                  };
                }
              | {
                  /**
                   * @minItems 1
                   * @maxItems 3
                   */
                  buttons: [
                    {
                      type: 'quick_reply';
                      quick_reply: {
                        id: string;
                        title: string;
                      };
                    },
                    ...{
                      type: 'quick_reply';
                      quick_reply: {
                        id: string;
                        title: string;
                      };
                    }[]
                  ];
                };
          },
          ...{
            card_index: number;
            type: 'cta_url';
            /**
             * As of a template.
             */
            header:
              | {
                  type: 'image';
                  image: {
                    id?: string;
                    link?: string;
                  };
                }
              | {
                  type: 'video';
                  video: {
                    id?: string;
                    link?: string;
                  };
                };
            /**
             * Its text with its parameters filled in.
             */
            body?: {
              text: string;
            };
            action:
              | {
                  name: 'cta_url';
                  parameters: {
                    display_text: string;
                    url: string;
                  };
                }
              | {
                  /**
                   * @minItems 1
                   * @maxItems 3
                   */
                  buttons: [
                    {
                      type: 'quick_reply';
                      quick_reply: {
                        id: string;
                        title: string;
                      };
                    },
                    ...{
                      type: 'quick_reply';
                      quick_reply: {
                        id: string;
                        title: string;
                      };
                    }[]
                  ];
                };
          }[]
        ];
      };
    }
  | {
      type: 'address_message';
      header?:
        | {
            type: 'text';
            /**
             * Its text.
             */
            text: string;
          }
        | {
            type: 'image';
            image: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'video';
            video: {
              id?: string;
              link?: string;
            };
          }
        | {
            type: 'document';
            document: {
              id?: string;
              link?: string;
              /**
               * The file's name, where its sender has given one.
               */
              filename?: string;
            };
          };
      body: {
        text: string;
      };
      footer?: {
        text: string;
      };
      action: {
        name: 'address_message';
        parameters: {
          country: 'IN' | 'SG';
          values?: {
            name?: string;
            phone_number?: string;
            in_pin_code?: string;
            sg_post_code?: string;
            house_number?: string;
            floor_number?: string;
            tower_number?: string;
            unit_number?: string;
            building_name?: string;
            address?: string;
            landmark_area?: string;
            city?: string;
            state?: string;
          };
          saved_addresses?: {
            id: string;
            value: {
              name?: string;
              phone_number?: string;
              in_pin_code?: string;
              sg_post_code?: string;
              house_number?: string;
              floor_number?: string;
              tower_number?: string;
              unit_number?: string;
              building_name?: string;
              address?: string;
              landmark_area?: string;
              city?: string;
              state?: string;
            };
          }[];
          validation_errors?: {
            name?: string;
            phone_number?: string;
            in_pin_code?: string;
            sg_post_code?: string;
            house_number?: string;
            floor_number?: string;
            tower_number?: string;
            unit_number?: string;
            building_name?: string;
            address?: string;
            landmark_area?: string;
            city?: string;
            state?: string;
          };
        };
      };
    }
  | {
      type: 'call_permission_request';
      body?: {
        text: string;
      };
      action: {
        name: 'call_permission_request';
      };
    }
  | {
      type: 'voice_call';
      body: {
        text: string;
      };
      action: {
        name: 'voice_call';
        parameters?: {
          display_text?: string;
          ttl_minutes?: number;
          payload?: string;
        };
      };
    }
  | {
      type: 'request_contact_info';
      body: {
        text: string;
      };
      action: {
        name: 'request_contact_info';
      };
    };
export type TemplateComponentParameter =
  | {
      type: 'text';
      text: string;
      parameter_name?: string;
    }
  | {
      type: 'currency';
      currency: {
        fallback_value: string;
        code: string;
        amount_1000: number;
      };
      parameter_name?: string;
    }
  | {
      type: 'date_time';
      date_time: {
        fallback_value: string;
      };
      parameter_name?: string;
    }
  | {
      type: 'image';
      image: {
        id?: string;
        link?: string;
      };
    }
  | {
      type: 'video';
      video: {
        id?: string;
        link?: string;
      };
    }
  | {
      type: 'document';
      document: {
        id?: string;
        link?: string;
        /**
         * The file's name, where its sender has given one.
         */
        filename?: string;
      };
    }
  | {
      type: 'location';
      location: LocationContent;
    }
  | {
      type: 'product';
      product: {
        product_retailer_id: string;
        catalog_id: string;
      };
    }
  | {
      type: 'payload';
      payload: string;
    }
  | {
      type: 'coupon_code';
      coupon_code: string;
    }
  | {
      type: 'ttl_minutes';
      ttl_minutes: number;
    }
  | {
      type: 'action';
      action: {
        flow_token?: string;
        flow_action_data?: {
          [k: string]: unknown;
        };
        thumbnail_product_retailer_id?: string;
        /**
         * @minItems 1
         * @maxItems 10
         */
        sections?: [
          {
            title?: string;
            /**
             * @minItems 1
             */
            product_items: [
              {
                product_retailer_id: string;
              },
              ...{
                product_retailer_id: string;
              }[]
            ];
          },
          ...{
            title?: string;
            /**
             * @minItems 1
             */
            product_items: [
              {
                product_retailer_id: string;
              },
              ...{
                product_retailer_id: string;
              }[]
            ];
          }[]
        ];
      };
    }
  | {
      type: 'limited_time_offer';
      limited_time_offer: {
        expiration_time_ms: number;
      };
    }
  | {
      type: 'order_status';
      order_status: {
        reference_id: string;
        order: {
          status: string;
          description?: string;
        };
      };
    }
  | {
      type: 'tap_target_configuration';
      /**
       * @minItems 1
       * @maxItems 10
       */
      tap_target_configuration: [
        {
          url: string;
          title: string;
        },
        ...{
          url: string;
          title: string;
        }[]
      ];
    };
export type OutboundTemplateMessage =
  | {
      messaging_product?: 'whatsapp';
      recipient_type?: 'individual';
      /**
       * A person's phone number with its country code (`+966500000001`), or the group's id.
       */
      to?: string;
      /**
       * A person's business-scoped user id (BSUID), in place of `to`.
       */
      recipient?: string;
      /**
       * Meta refuses the message where the person has another device identity than this.
       */
      recipient_identity_key_hash?: string;
      type: 'template';
      template: TemplateContent;
      /**
       * The message that this one replies to.
       */
      context?: {
        message_id: string;
      };
    }
  | {
      messaging_product?: 'whatsapp';
      recipient_type: 'group';
      /**
       * A person's phone number with its country code (`+966500000001`), or the group's id.
       */
      to: string;
      type: 'template';
      template: TemplateContent;
      /**
       * The message that this one replies to.
       */
      context?: {
        message_id: string;
      };
    };
export type InboxEvent =
  | MessageReceived
  | MessageReaction
  | MessageStatus
  | SendUpdated
  | MessageEdited
  | MessageRevoked
  | MessageEchoed
  | MessageObserved
  | MessageImported
  | HistoryProgress
  | PaymentUpdated
  | ContactChanged
  | PreferenceUpdated
  | ConversationHandover
  | ConversionTracked
  | CallUpdated
  | GroupUpdated
  | TemplateUpdated
  | NumberUpdated
  | AccountUpdated
  | FlowUpdated
  | MediaStored
  | MediaFailed
  | TranscriptReady
  | TranscriptFailed
  | ConnectionUpdated
  | ContactErased
  | WebhookUnrecognised
  | UnknownEvent;

export interface Operations {
  sendMessage: {
    request: SendRequest;
    answer: SendAnswer;
  };
  sendTemplate: {
    request: TemplateSendRequest;
    answer: SendAnswer;
  };
  sendReaction: {
    request: ReactionSendRequest;
    answer: SendAnswer;
  };
  getReplyStatus: {
    request: GetReplyStatusQuery;
    answer: ReplyStatuses;
  };
  markMessageRead: {
    request: MarkReadRequest;
    answer: MarkedRead;
  };
  getTemplates: {
    request: GetTemplatesQuery;
    answer: TemplatesOfAccount;
  };
  listTemplates: {
    request: ListTemplatesQuery;
    answer: TemplateList;
  };
  readConversation: {
    request: ReadConversationQuery;
    answer: ConversationAnswer;
  };
  listMessages: {
    request: ListMessagesQuery;
    answer: MessageList;
  };
  republish: {
    request: RepublishRequest;
    answer: Republishing;
  };
  readRepublishing: {
    request: ReadRepublishingQuery;
    answer: Republishing;
  };
  erase: {
    request: ErasureRequest;
    answer: Erasure;
  };
  readErasure: {
    request: ReadErasureQuery;
    answer: Erasure;
  };
  issueGraphToken: {
    request: IssueGraphTokenRequest;
    answer: IssuedGraphToken;
  };
  listGraphTokens: {
    request: ListGraphTokensQuery;
    answer: GraphTokenList;
  };
  revokeGraphToken: {
    request: RevokeGraphTokenQuery;
    answer: RevokedGraphToken;
  };
  getMediaLink: {
    request: GetMediaLinkQuery;
    answer: MediaLink;
  };
  createUpload: {
    request: UploadRequest;
    answer: UploadForm;
  };
  retryMedia: {
    request: RetryMediaRequest;
    answer: MediaState;
  };
  transcribeAgain: {
    request: TranscribeRequest;
    answer: TranscriptAsked;
  };
  readSettings: {
    request: ReadSettingsQuery;
    answer: Settings;
  };
  writeSettings: {
    request: SettingsRequest;
    answer: Settings;
  };
  readHealth: {
    request: ReadHealthQuery;
    answer: HealthReport;
  };
  startSignup: {
    request: StartSignupRequest;
    answer: SignupStarted;
  };
  finishSignup: {
    request: FinishSignupRequest;
    answer: ConnectionAnswer;
  };
  resumeConnection: {
    request: ResumeConnectionRequest;
    answer: ConnectionAnswer;
  };
  listConnections: {
    request: ListConnectionsQuery;
    answer: ConnectionList;
  };
  saveCredentials: {
    request: SaveCredentialsRequest;
    answer: ConnectionAnswer;
  };
  disconnect: {
    request: DisconnectRequest;
    answer: ConnectionAnswer;
  };
}
export interface SendRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * `now`: refused with 429 where it would have to wait. `queued`: bulk, sent at a pace that leaves room for replies. Absent: sent now, queued where Meta throttles.
   */
  delivery?: 'now' | 'queued';
  /**
   * When the message is no longer to be sent, at most 7 days ahead; 24 hours from now where absent. What is still queued then ends as `expired`.
   */
  expiresAt?: string;
  /**
   * Everything is checked and nothing is sent or stored: the answer is `valid`, or the problem. Needs no Idempotency-Key.
   */
  validateOnly?: boolean;
  media?: MediaReference;
  message: OutboundMessage;
}
export interface MediaReference {
  /**
   * Of the answer of POST `/whatsapp-media`; good for a day.
   */
  uploadId?: string;
  /**
   * A message of this number whose file is stored (`media.stored`).
   */
  messageId?: string;
}
export interface TextContent {
  /**
   * The text. WhatsApp formats `*bold*`, `_italic_` and links.
   */
  body: string;
  /**
   * Shows a preview of the first link.
   */
  preview_url?: boolean;
}
export interface ImageOrVideoContent {
  /**
   * Meta's id of an uploaded file. Give either `id` or `link`, or `media` beside the message.
   */
  id?: string;
  /**
   * Where Meta fetches the file: https.
   */
  link?: string;
  /**
   * The text beneath.
   */
  caption?: string;
}
export interface AudioContent {
  /**
   * Meta's id of an uploaded file. Give either `id` or `link`, or `media` beside the message.
   */
  id?: string;
  /**
   * Where Meta fetches the file: https.
   */
  link?: string;
  /**
   * Shown as a voice message: Ogg with Opus, mono.
   */
  voice?: boolean;
}
export interface DocumentContent {
  /**
   * Meta's id of an uploaded file. Give either `id` or `link`, or `media` beside the message.
   */
  id?: string;
  /**
   * Where Meta fetches the file: https.
   */
  link?: string;
  /**
   * The text beneath.
   */
  caption?: string;
  /**
   * The name that the document is shown under.
   */
  filename?: string;
}
export interface StickerContent {
  /**
   * Meta's id of an uploaded file. Give either `id` or `link`, or `media` beside the message.
   */
  id?: string;
  /**
   * Where Meta fetches the file: https.
   */
  link?: string;
}
export interface LocationContent {
  /**
   * In degrees.
   */
  latitude: number | string;
  /**
   * In degrees.
   */
  longitude: number | string;
  /**
   * What the place is called.
   */
  name?: string;
  /**
   * Its address.
   */
  address?: string;
}
export interface TemplateContent {
  name: string;
  language: {
    code: string;
    policy?: 'deterministic';
  };
  components?: (
    | {
        type: 'header';
        parameters?: TemplateComponentParameter[];
      }
    | {
        type: 'body';
        parameters?: TemplateComponentParameter[];
      }
    | {
        type: 'button';
        sub_type:
          | 'quick_reply'
          | 'url'
          | 'phone_number'
          | 'copy_code'
          | 'flow'
          | 'catalog'
          | 'mpm'
          | 'spm'
          | 'voice_call'
          | 'request_contact_info';
        index: string | number;
        parameters?: TemplateComponentParameter[];
      }
    | {
        type: 'carousel';
        /**
         * @minItems 1
         * @maxItems 10
         */
        cards: [
          {
            card_index: number;
            components: (
              | {
                  type: 'header';
                  parameters?: TemplateComponentParameter[];
                }
              | {
                  type: 'body';
                  parameters?: TemplateComponentParameter[];
                }
              | {
                  type: 'button';
                  sub_type:
                    | 'quick_reply'
                    | 'url'
                    | 'phone_number'
                    | 'copy_code'
                    | 'flow'
                    | 'catalog'
                    | 'mpm'
                    | 'spm'
                    | 'voice_call'
                    | 'request_contact_info';
                  index: string | number;
                  parameters?: TemplateComponentParameter[];
                }
            )[];
          },
          ...{
            card_index: number;
            components: (
              | {
                  type: 'header';
                  parameters?: TemplateComponentParameter[];
                }
              | {
                  type: 'body';
                  parameters?: TemplateComponentParameter[];
                }
              | {
                  type: 'button';
                  sub_type:
                    | 'quick_reply'
                    | 'url'
                    | 'phone_number'
                    | 'copy_code'
                    | 'flow'
                    | 'catalog'
                    | 'mpm'
                    | 'spm'
                    | 'voice_call'
                    | 'request_contact_info';
                  index: string | number;
                  parameters?: TemplateComponentParameter[];
                }
            )[];
          }[]
        ];
      }
    | {
        type: 'limited_time_offer';
        parameters?: TemplateComponentParameter[];
      }
    | {
        type: 'order_status';
        parameters?: TemplateComponentParameter[];
      }
    | {
        type: 'tap_target_configuration';
        parameters?: TemplateComponentParameter[];
      }
  )[];
}
export interface ReactionContent {
  /**
   * The message that it is about.
   */
  message_id: string;
  /**
   * One emoji; empty takes the reaction back.
   */
  emoji: string;
}
export interface PinContent {
  /**
   * What to do.
   */
  type: 'pin' | 'unpin';
  /**
   * The message to pin.
   */
  message_id: string;
  /**
   * For how many days.
   */
  expiration_days?: number;
}
export interface SendAnswer {
  /**
   * Our id of the send. Absent with `validateOnly`.
   */
  sendId?: string;
  /**
   * Meta's id of the message. Absent until Meta has it.
   */
  messageId?: string;
  /**
   * The person's WhatsApp id: digits. In Brazil and Mexico it may differ from the phone number.
   */
  waId?: string;
  /**
   * `accepted`: Meta has it. `queued`: it waits, `send.updated` tells. `unknown`: nobody knows whether Meta has it, a status may tell. `unresolved`, `failed`, `expired`: how it ended, in a repeat. `valid`: with `validateOnly`.
   */
  status:
    | 'valid'
    | 'queued'
    | 'accepted'
    | 'failed'
    | 'unknown'
    | 'unresolved'
    | 'expired'
    | (string & Record<never, never>);
  rendered?: RenderedTemplate;
}
export interface RenderedTemplate {
  /**
   * The header: text, or a media object as Meta's send has it.
   */
  header?: {
    /**
     * `text`, `image`, `video`, `document`, `location`, `product`: beside it a field of that name. Open.
     */
    kind: string;
    /**
     * Its text.
     */
    text?: string;
  };
  /**
   * The text with its parameters filled in.
   */
  body?: string;
  /**
   * The buttons, in order.
   */
  buttons: {
    /**
     * Meta's type in lower case: `url`, `quick_reply`, `copy_code`, ... Open.
     */
    kind: string;
    /**
     * What stands on it.
     */
    text: string;
    /**
     * Where a tap leads.
     */
    url?: string;
    /**
     * Whom a tap calls.
     */
    phoneNumber?: string;
    /**
     * What comes back with a tap.
     */
    payload?: string;
    /**
     * What a tap copies.
     */
    code?: string;
  }[];
  /**
   * The small text beneath.
   */
  footer?: string;
  /**
   * The offer, and when it ends.
   */
  limitedTimeOffer?: {
    /**
     * What is offered.
     */
    text: string;
    /**
     * When it ends.
     */
    expiresAt?: string;
  };
  /**
   * Of a carousel: each card.
   */
  cards?: {
    /**
     * As of a template.
     */
    header?: {
      /**
       * `text`, `image`, `video`, `document`, `location`, `product`: beside it a field of that name. Open.
       */
      kind: string;
      /**
       * Its text.
       */
      text?: string;
    };
    /**
     * Its text with its parameters filled in.
     */
    body?: string;
    /**
     * Its buttons.
     */
    buttons: {
      /**
       * Meta's type in lower case: `url`, `quick_reply`, `copy_code`, ... Open.
       */
      kind: string;
      /**
       * What stands on it.
       */
      text: string;
      /**
       * Where a tap leads.
       */
      url?: string;
      /**
       * Whom a tap calls.
       */
      phoneNumber?: string;
      /**
       * What comes back with a tap.
       */
      payload?: string;
      /**
       * What a tap copies.
       */
      code?: string;
    }[];
  }[];
}
export interface TemplateSendRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * `now`: refused with 429 where it would have to wait. `queued`: bulk, sent at a pace that leaves room for replies. Absent: sent now, queued where Meta throttles.
   */
  delivery?: 'now' | 'queued';
  /**
   * When the message is no longer to be sent, at most 7 days ahead; 24 hours from now where absent.
   */
  expiresAt?: string;
  /**
   * Everything is checked and nothing is sent or stored: the answer is `valid`, or the problem. Needs no Idempotency-Key.
   */
  validateOnly?: boolean;
  message: OutboundTemplateMessage;
}
export interface ReactionSendRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * `now`: refused with 429 where it would have to wait. `queued`: bulk, sent at a pace that leaves room for replies. Absent: sent now, queued where Meta throttles.
   */
  delivery?: 'now' | 'queued';
  /**
   * When the reaction is no longer to be sent, at most 7 days ahead; 24 hours from now where absent.
   */
  expiresAt?: string;
  /**
   * Everything is checked and nothing is sent or stored: the answer is `valid`, or the problem. Needs no Idempotency-Key.
   */
  validateOnly?: boolean;
  message: OutboundReactionMessage;
}
export interface OutboundReactionMessage {
  messaging_product?: 'whatsapp';
  recipient_type?: 'individual';
  /**
   * A person's phone number with its country code (`+966500000001`), or the group's id.
   */
  to?: string;
  /**
   * A person's business-scoped user id (BSUID), in place of `to`.
   */
  recipient?: string;
  /**
   * Meta refuses the message where the person has another device identity than this.
   */
  recipient_identity_key_hash?: string;
  type: 'reaction';
  reaction: ReactionContent;
}
export interface GetReplyStatusQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * One or more (up to 50), separated by commas. Give exactly one of the three ids.
   */
  sendId?: string;
  /**
   * One or more (up to 50), separated by commas.
   */
  clientReference?: string;
  /**
   * One or more (up to 50), separated by commas; with `phoneNumberId`.
   */
  messageId?: string;
  /**
   * The number that the messages were sent from: needed with `messageId`.
   */
  phoneNumberId?: string;
}
export interface ReplyStatuses {
  /**
   * One for each send that was found.
   */
  data: ReplyStatus[];
  /**
   * Those ids of the query that nobody knows.
   */
  notFound: string[];
}
export interface ReplyStatus {
  /**
   * Our id of the send: the same for every repeat with the same Idempotency-Key.
   */
  sendId?: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * The merged status of the message: `sent`, `delivered`, `read`, `played`, `failed`; before Meta has reported one, that of the send. Open.
   */
  status: string;
  /**
   * Where the send itself stands. Absent where the message was not sent through this service.
   */
  send?: {
    /**
     * As in `send.updated`.
     */
    status: string;
    /**
     * When it got there.
     */
    at: string;
  };
  /**
   * When each status was reached.
   */
  timestamps: {
    /**
     * WhatsApp has it.
     */
    sent?: string;
    /**
     * It is on the person's phone.
     */
    delivered?: string;
    /**
     * It was read.
     */
    read?: string;
    /**
     * A voice message was played.
     */
    played?: string;
    /**
     * It was not delivered.
     */
    failed?: string;
  };
  /**
   * Every status that Meta has reported, in Meta's order of time.
   */
  history: {
    /**
     * Meta's status. Open.
     */
    status: string;
    /**
     * When it happened: Meta's time.
     */
    occurredAt: string;
    /**
     * When this service got to know of it.
     */
    receivedAt: string;
    participant?: Contact;
    /**
     * Meta's own object.
     */
    pricing?: {
      [k: string]: unknown;
    };
    error?: MetaError;
  }[];
  error?: MetaError;
}
export interface Contact {
  /**
   * E.164 with `+`.
   */
  phone?: string;
  /**
   * The person's WhatsApp id: digits. In Brazil and Mexico it may differ from the phone number.
   */
  waId?: string;
  /**
   * Meta's business-scoped user id (BSUID).
   */
  userId?: string;
  /**
   * Meta's user id in the business's whole portfolio.
   */
  parentUserId?: string;
  /**
   * As the person has chosen it. May change hands.
   */
  username?: string;
  /**
   * As the person calls themselves.
   */
  name?: string;
}
export interface MetaError {
  /**
   * Meta's error code; 0: the error is ours.
   */
  code: number;
  /**
   * What it asks for: `retry`, `throttle`, `permanent`, `reconnect`, `operator`. Open.
   */
  class: string;
  /**
   * A stable word for an inbox to translate: see error-reasons.md. Open.
   */
  reason: string;
  /**
   * Meta's title. Not to be relied on.
   */
  title?: string;
  /**
   * Meta's details. Not to be relied on.
   */
  details?: string;
}
export interface MarkReadRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * The customer's message that was read, and all before it.
   */
  messageId: string;
  /**
   * Shows the customer that somebody is typing, until the reply or for 25 s.
   */
  typing?: boolean;
}
export interface MarkedRead {
  /**
   * Always `read`.
   */
  status: 'read';
}
export interface GetTemplatesQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId: string;
  /**
   * `live`: Meta is asked in any case. `stored`: only where what is stored may be out of date.
   */
  source?: 'live' | 'stored';
  /**
   * How many are answered at most.
   */
  limit?: number;
  /**
   * The `nextCursor` of the answer before.
   */
  cursor?: string;
}
export interface TemplatesOfAccount {
  /**
   * The page.
   */
  data: FullTemplate[];
  /**
   * Meta could not be asked: this is what was stored earlier.
   */
  stale: boolean;
  /**
   * Give it as `cursor` to get what follows. Absent at the end.
   */
  nextCursor?: string;
}
export interface FullTemplate {
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId: string;
  /**
   * Meta's id of the template.
   */
  id?: string;
  /**
   * The template's name.
   */
  name: string;
  /**
   * The template's language, as Meta writes it.
   */
  language: string;
  /**
   * Meta's status: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, ... Open.
   */
  status: string;
  /**
   * Meta's category: `MARKETING`, `UTILITY`, `AUTHENTICATION`. Open.
   */
  category: string;
  /**
   * When Meta was asked.
   */
  fetchedAt: string;
  /**
   * Whether it can be sent now.
   */
  sendable: boolean;
  /**
   * Why not. For developers.
   */
  notSendableBecause?: string;
  /**
   * Meta's own object, with all its components.
   */
  definition: {
    /**
     * The template's name.
     */
    name: string;
    /**
     * The template's language.
     */
    language: string;
  };
  /**
   * Everything that a send may or must fill in.
   */
  parameters: TemplateParameter[];
}
export interface TemplateParameter {
  /**
   * Which part of the template it is in.
   */
  component: 'header' | 'body' | 'button' | 'limited_time_offer' | (string & Record<never, never>);
  /**
   * Of a carousel: the card's `card_index`.
   */
  card?: number;
  /**
   * Of a button its position among all buttons, else the parameter's position; from 0.
   */
  index: number;
  /**
   * Its `parameter_name`, of a template with named parameters.
   */
  name?: string;
  /**
   * The parameter's `type` in the send.
   */
  kind: string;
  /**
   * Whether a send has to fill it in.
   */
  required: boolean;
  /**
   * What its author showed Meta.
   */
  example?: string;
  /**
   * Characters that there is room for while its neighbours are empty.
   */
  maxLength?: number;
}
export interface ListTemplatesQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Only of this account. Absent: of all.
   */
  wabaId?: string;
  /**
   * Only of this status of Meta's: `APPROVED`, ...
   */
  status?: string;
  /**
   * Only of this category of Meta's: `MARKETING`, ...
   */
  category?: string;
  /**
   * Only of this language: `en_US`.
   */
  language?: string;
  /**
   * Only of this name.
   */
  name?: string;
  /**
   * How many are answered at most.
   */
  limit?: number;
  /**
   * The `nextCursor` of the answer before.
   */
  cursor?: string;
}
export interface TemplateList {
  /**
   * The page.
   */
  data: TemplateSummary[];
  /**
   * Meta could not be asked: this is what was stored earlier.
   */
  stale: boolean;
  /**
   * Give it as `cursor` to get what follows. Absent at the end.
   */
  nextCursor?: string;
}
export interface TemplateSummary {
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId: string;
  /**
   * Meta's id of the template.
   */
  id?: string;
  /**
   * The template's name.
   */
  name: string;
  /**
   * The template's language, as Meta writes it.
   */
  language: string;
  /**
   * Meta's status: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED`, ... Open.
   */
  status: string;
  /**
   * Meta's category: `MARKETING`, `UTILITY`, `AUTHENTICATION`. Open.
   */
  category: string;
  /**
   * When Meta was asked.
   */
  fetchedAt: string;
  /**
   * Whether it can be sent now.
   */
  sendable: boolean;
  /**
   * Why not. For developers.
   */
  notSendableBecause?: string;
}
export interface ReadConversationQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  /**
   * The business number: needed with `phone` and `userId`.
   */
  phoneNumberId?: string;
  /**
   * The person's phone number in E.164.
   */
  phone?: string;
  /**
   * Meta's business-scoped user id (BSUID).
   */
  userId?: string;
}
export interface ConversationAnswer {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Of a group, in place of a contact.
   */
  groupId?: string;
  contact: Contact;
  /**
   * The customer service window: until when free messages may be sent.
   */
  window: {
    /**
     * `expiresAt` is certain. Else it is the latest that it can be.
     */
    known: boolean;
    /**
     * When it closes. Absent where nobody knows.
     */
    expiresAt?: string;
  };
  /**
   * Whether the person wants marketing messages.
   */
  marketing: {
    /**
     * They have stopped them.
     */
    optedOut: boolean;
    /**
     * When they have said so, or the contrary. Absent where they have said nothing.
     */
    at?: string;
  };
}
export interface ListMessagesQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId: string;
  /**
   * How many are answered at most.
   */
  limit?: number;
  /**
   * The `nextCursor` of the answer before.
   */
  cursor?: string;
}
export interface MessageList {
  /**
   * The page, newest first.
   */
  data: MessageEntry[];
  /**
   * Give it as `cursor` to get what follows. Absent at the end.
   */
  nextCursor?: string;
}
export interface MessageEntry {
  /**
   * The type of its event; `message.sent` where it was sent through this service.
   */
  type:
    | 'message.received'
    | 'message.sent'
    | 'message.echoed'
    | 'message.observed'
    | 'message.imported'
    | 'message.reaction'
    | 'message.edited'
    | 'message.revoked'
    | (string & Record<never, never>);
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction: 'inbound' | 'outbound' | (string & Record<never, never>);
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  contact?: Contact;
  /**
   * Meta's own object; of `message.sent` the one that was sent.
   */
  message?: {
    [k: string]: unknown;
  };
  /**
   * What a completed flow says, parsed.
   */
  parsed?: unknown;
  /**
   * Of a customer's reaction: the message that it is about. Of one's own it stands in `message`.
   */
  targetMessageId?: string;
  /**
   * Of a customer's reaction: null where it was taken back.
   */
  emoji?: string | null;
  /**
   * The message that was changed.
   */
  originalMessageId?: string;
  /**
   * Our id of the send: the same for every repeat with the same Idempotency-Key.
   */
  sendId?: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * Of what was sent: what all statuses amount to, `accepted` before the first. Open.
   */
  status?: string;
  /**
   * When each status was reached.
   */
  timestamps?: {
    /**
     * WhatsApp has it.
     */
    sent?: string;
    /**
     * It is on the person's phone.
     */
    delivered?: string;
    /**
     * It was read.
     */
    read?: string;
    /**
     * A voice message was played.
     */
    played?: string;
    /**
     * It was not delivered.
     */
    failed?: string;
  };
  error?: MetaError;
  /**
   * Where its file stands: `pending`, `stored` with a `link`, or `failed`.
   */
  media?:
    | {
        /**
         * Where it stands.
         */
        state: 'pending';
        /**
         * What Meta calls the file.
         */
        kind:
          'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
        /**
         * The file's type, without parameters.
         */
        mimeType: string;
        /**
         * The file's name, where its sender has given one.
         */
        filename?: string;
      }
    | {
        /**
         * Where it stands.
         */
        state: 'stored';
        /**
         * What Meta calls the file.
         */
        kind:
          'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
        /**
         * The file's type, without parameters.
         */
        mimeType: string;
        /**
         * The file's size in bytes.
         */
        sizeBytes: number;
        /**
         * Of the bytes, hexadecimal.
         */
        sha256: string;
        /**
         * The file's name, where its sender has given one.
         */
        filename?: string;
        /**
         * The path and query of this API that answers a link to the file.
         */
        link: string;
      }
    | {
        /**
         * Where it stands.
         */
        state: 'failed';
        /**
         * What Meta calls the file.
         */
        kind:
          'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
        /**
         * A stable word. Open.
         */
        reason: string;
      }
    | {};
  /**
   * The newest transcript; `failed` only where there is none.
   */
  transcript?:
    | {
        /**
         * Whether there is one.
         */
        state: 'ready';
        /**
         * Counts from 0: each new one stands beside the earlier ones.
         */
        revision: number;
        /**
         * What is said.
         */
        text: string;
        /**
         * BCP 47; the main one where there are several.
         */
        language: string;
        /**
         * 0 to 1.
         */
        confidence: number;
        /**
         * Show it as uncertain.
         */
        lowConfidence: boolean;
        /**
         * How long the voice note is, in ms.
         */
        durationMs: number;
      }
    | {
        /**
         * Whether there is one.
         */
        state: 'failed';
        /**
         * Counts from 0: each new one stands beside the earlier ones.
         */
        revision: number;
        /**
         * A stable word. Open.
         */
        reason: string;
      }
    | {};
}
export interface RepublishRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * All events of this conversation. Give either this or `from`.
   */
  conversationId?: string;
  /**
   * All events from this time on.
   */
  from?: string;
  /**
   * Up to this time, at most 31 days after `from`. Absent: now, or 31 days after `from` where that is earlier; the answer says which. Ask again from there for what is left.
   */
  to?: string;
}
export interface Republishing {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * What GET `/whatsapp-republish` asks with, for 30 days.
   */
  republishId: string;
  /**
   * How far it is.
   */
  status: 'queued' | 'running' | 'done' | (string & Record<never, never>);
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  /**
   * The first time that counts.
   */
  from?: string;
  /**
   * The last time that counts.
   */
  to?: string;
  /**
   * Events that were queued again so far.
   */
  published: number;
  /**
   * Events that could not be.
   */
  skipped: number;
  /**
   * When it was asked for.
   */
  createdAt: string;
  /**
   * When it went on last.
   */
  updatedAt: string;
}
export interface ReadRepublishingQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * What GET `/whatsapp-republish` asks with, for 30 days.
   */
  republishId: string;
}
export interface ErasureRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Whom to erase: give exactly one of `conversationId`, `phone` and `userId`.
   */
  contact?: {
    /**
     * Meta's id of the business number.
     */
    phoneNumberId?: string;
    /**
     * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
     */
    conversationId?: string;
    phone?: string;
    /**
     * Meta's business-scoped user id (BSUID).
     */
    userId?: string;
  };
  /**
   * Everything of the organisation. Instead of `contact`.
   */
  all?: true;
  /**
   * With `all`: the `organizationId` once more.
   */
  confirm?: string;
}
export interface Erasure {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * What GET `/whatsapp-erasure` asks with.
   */
  erasureId: string;
  /**
   * `running` until nothing that was under way can bring anything back.
   */
  status: 'requested' | 'running' | 'done' | (string & Record<never, never>);
  /**
   * What is erased so far.
   */
  counts: {
    conversations: number;
    messages: number;
    sends: number;
    files: number;
  };
  /**
   * What an erasure does not reach.
   */
  remains: {
    /**
     * `tombstones`: hashes and times by which repeats are recognised. `queued-messages`: what waits in queues and dead letters; when it is worked off it brings nothing back. `archived-webhooks`: raw webhooks as they came. `oversize-webhooks`: raw webhooks that were too large for a queue. `quarantined-webhooks`: raw ones that could not be read. `stream-failures`: table changes that could not be published in time. `uploads`: files that were uploaded to be sent. `table-backups`: the point-in-time recovery of the table. Open.
     */
    what: string;
    /**
     * By when it is gone by itself.
     */
    until: string;
  }[];
  /**
   * When it was asked for.
   */
  requestedAt: string;
  /**
   * When it went on last.
   */
  updatedAt: string;
  /**
   * When it ended.
   */
  doneAt?: string;
}
export interface ReadErasureQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * What GET `/whatsapp-erasure` asks with.
   */
  erasureId: string;
}
export interface IssueGraphTokenRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * The client that it is for, to tell it from others.
   */
  name: string;
}
export interface IssuedGraphToken {
  /**
   * What a token is revoked by.
   */
  tokenId: string;
  /**
   * The client that it is for.
   */
  name: string;
  /**
   * When it was issued.
   */
  createdAt: string;
  /**
   * What the client sends as bearer token. Shown this once.
   */
  token: string;
}
export interface ListGraphTokensQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
}
export interface GraphTokenList {
  /**
   * All of them.
   */
  data: {
    /**
     * What a token is revoked by.
     */
    tokenId: string;
    name: string;
    createdAt: string;
    lastUsedAt?: string;
  }[];
}
export interface RevokeGraphTokenQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * What a token is revoked by.
   */
  tokenId: string;
}
export interface RevokedGraphToken {
  /**
   * What a token is revoked by.
   */
  tokenId: string;
  /**
   * It is good for nothing any more.
   */
  status: 'revoked';
}
export interface GetMediaLinkQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * The message whose file it is.
   */
  messageId: string;
  /**
   * `file`, or `words`: the times of a transcript's words.
   */
  part?: 'file' | 'words';
  /**
   * Of the transcript; the newest where absent.
   */
  revision?: string;
}
export interface MediaLink {
  /**
   * Whoever has it can fetch the file. Never store it.
   */
  url: string;
  /**
   * When the link ends at the latest: 5 minutes from now.
   */
  expiresAt: string;
  /**
   * The file's type, without parameters.
   */
  mimeType: string;
  /**
   * The file's size in bytes.
   */
  sizeBytes?: number;
  /**
   * The file's name, where its sender has given one.
   */
  filename?: string;
}
export interface UploadRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * The file's type, one of `image/jpeg`, `image/png`, `video/mp4`, `video/3gpp`, `audio/aac`, `audio/amr`, `audio/mpeg`, `audio/mp4`, `audio/ogg`, `text/plain`, `application/pdf`, `application/msword`, `application/vnd.ms-excel`, `application/vnd.ms-powerpoint`, `application/vnd.openxmlformats-officedocument.wordprocessingml.document`, `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`, `application/vnd.openxmlformats-officedocument.presentationml.presentation`, `image/webp`, `audio/webm`.
   */
  mimeType: string;
  /**
   * The size of the file in bytes: at most 5 MiB for an image, 16 for video and sound, 100 for a document, 500 KiB for a sticker.
   */
  sizeBytes: number;
  /**
   * The name that a document is shown under.
   */
  filename?: string;
}
export interface UploadForm {
  /**
   * What a send names the file by, for a day.
   */
  uploadId: string;
  /**
   * Where the form is posted to, as multipart/form-data.
   */
  url: string;
  /**
   * In front of the file, which is the last field and is called `file`.
   */
  fields: {
    [k: string]: string;
  };
  /**
   * When the form ends: 15 minutes from now.
   */
  expiresAt: string;
}
export interface RetryMediaRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * The message whose file could not be fetched.
   */
  messageId: string;
}
export interface MediaState {
  /**
   * Where the file stands.
   */
  state: 'pending' | 'stored' | 'failed' | (string & Record<never, never>);
  /**
   * How often it was asked for again.
   */
  revision: number;
}
export interface TranscribeRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * The voice note.
   */
  messageId: string;
  /**
   * What is spoken: Arabic, English, both mixed, or `auto` to have it found out.
   */
  languages: 'ar' | 'en' | 'mixed' | 'auto';
}
export interface TranscriptAsked {
  /**
   * Of the transcript that `transcript.ready` or `transcript.failed` will tell of.
   */
  revision: number;
}
export interface ReadSettingsQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
}
export interface Settings {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * How voice notes are written down.
   */
  transcription: {
    /**
     * Whether voice notes are written down at all.
     */
    enabled: boolean;
    /**
     * What is spoken: Arabic, English, both mixed, or `auto` to have it found out.
     */
    languages: 'ar' | 'en' | 'mixed' | 'auto' | (string & Record<never, never>);
    /**
     * Which Arabic. A mixture is always taken for `ar-AE`.
     */
    arabic: 'ar-SA' | 'ar-AE' | (string & Record<never, never>);
    /**
     * Which English.
     */
    english:
      | 'en-US'
      | 'en-GB'
      | 'en-AU'
      | 'en-IN'
      | 'en-IE'
      | 'en-ZA'
      | 'en-NZ'
      | 'en-AB'
      | 'en-WL'
      | (string & Record<never, never>);
    /**
     * Longer voice notes are left alone, in seconds.
     */
    maxSeconds: number;
    /**
     * What is written down in a calendar month (UTC) at most, in minutes; null: no cap.
     */
    monthlyMinutes: number | null;
  };
  /**
   * What becomes of the earlier messages of a number that stays in the WhatsApp Business app.
   */
  historyImport: {
    /**
     * Whether they are imported when the number is connected. Off: they are not asked for, and what Meta sends of them is dropped, without `message.imported` or `history.progress`; the app's address book comes all the same. Meta gives a history once: to have it after all, connect the number anew.
     */
    enabled: boolean;
  };
  /**
   * How long messages are kept.
   */
  retention: {
    /**
     * After how many days messages and other events are deleted, with their statuses, transcripts and files. null: with the stage (`messageRetentionDays`), which nobody can exceed.
     */
    messageDays: 30 | 60 | 90 | 180 | 365 | (string & Record<never, never>) | null;
  };
}
export interface SettingsRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * How voice notes are written down. What is left out gets its default.
   */
  transcription?: {
    /**
     * Whether voice notes are written down at all.
     */
    enabled?: boolean;
    /**
     * What is spoken: Arabic, English, both mixed, or `auto` to have it found out.
     */
    languages?: 'ar' | 'en' | 'mixed' | 'auto';
    /**
     * Which Arabic. A mixture is always taken for `ar-AE`.
     */
    arabic?: 'ar-SA' | 'ar-AE';
    /**
     * Which English.
     */
    english?:
      'en-US' | 'en-GB' | 'en-AU' | 'en-IN' | 'en-IE' | 'en-ZA' | 'en-NZ' | 'en-AB' | 'en-WL';
    /**
     * Longer voice notes are left alone, in seconds.
     */
    maxSeconds?: number;
    /**
     * What is written down in a calendar month (UTC) at most, in minutes; null: no cap.
     */
    monthlyMinutes?: number | null;
  };
  /**
   * What becomes of the earlier messages of a number that stays in the WhatsApp Business app.
   */
  historyImport?: {
    /**
     * Whether they are imported when the number is connected. Off: they are not asked for, and what Meta sends of them is dropped, without `message.imported` or `history.progress`; the app's address book comes all the same. Meta gives a history once: to have it after all, connect the number anew.
     */
    enabled?: boolean;
  };
  /**
   * How long messages are kept.
   */
  retention?: {
    /**
     * After how many days messages and other events are deleted, with their statuses, transcripts and files. null: with the stage (`messageRetentionDays`), which nobody can exceed.
     */
    messageDays?: (30 | 60 | 90 | 180 | 365) | null;
  };
}
export interface ReadHealthQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
}
export interface HealthReport {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * When the checks were made.
   */
  checkedAt: string;
  /**
   * No check has failed.
   */
  healthy: boolean;
  /**
   * The checks.
   */
  checks: HealthCheck[];
}
export interface HealthCheck {
  /**
   * What is checked. Checks of several accounts or numbers share it.
   */
  id: string;
  /**
   * The same for a person.
   */
  title: string;
  /**
   * The WABA id or phone number id that it is about.
   */
  subject?: string;
  /**
   * `fail`: something does not work. `warn`: it works, and somebody should look. `skipped`: it could not be checked.
   */
  status: 'ok' | 'warn' | 'fail' | 'skipped' | (string & Record<never, never>);
  /**
   * What is wrong.
   */
  cause?: string;
  /**
   * What to do, where, by which command.
   */
  cure?: string;
  /**
   * What was found, by name.
   */
  details?: {
    [k: string]: string;
  };
}
export interface StartSignupRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Who signs up, as the inbox backend names them.
   */
  userId: string;
  /**
   * The page to return to, of the redirect flow: one of those that the operator has listed. Absent for the popup.
   */
  redirectUri?: string;
}
export interface SignupStarted {
  /**
   * Give it to POST `/wa-es-callback`. Good once.
   */
  state: string;
  /**
   * When it ends.
   */
  expiresAt: string;
  /**
   * The Meta app's id, for the popup.
   */
  appId: string;
  /**
   * Embedded Signup's configuration, for the popup.
   */
  configurationId: string;
  /**
   * The Graph API version, for the popup.
   */
  graphVersion: string;
  /**
   * Of the redirect flow: Meta's dialog, to send the browser to.
   */
  dialogUrl?: string;
}
export interface FinishSignupRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Of the answer of POST `/wa-es-start`: once, within 10 minutes.
   */
  state: string;
  /**
   * What the popup gave. Exchanged at once: Meta takes it for 30 seconds.
   */
  code: string;
  /**
   * The popup's message to the page, or its `data`.
   */
  sessionInfo?: {
    /**
     * Meta's id of the account that was chosen.
     */
    waba_id?: string;
    /**
     * The message's own `data`, where all of it is given.
     */
    data?: {
      /**
       * Meta's id of the account that was chosen.
       */
      waba_id?: string;
    };
  };
}
export interface ConnectionAnswer {
  connection: Connection;
}
export interface Connection {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId: string;
  /**
   * `connecting`: see `problem`. `active`: it works. `degraded`: it works in part, see `problem`. `disconnected`.
   */
  state: 'connecting' | 'active' | 'degraded' | 'disconnected' | (string & Record<never, never>);
  /**
   * When the state, the step or the problem changed last.
   */
  stateAt: string;
  /**
   * When the token was handed over.
   */
  connectedAt: string;
  /**
   * How it came to be.
   */
  source: 'embedded-signup' | 'by-hand' | (string & Record<never, never>);
  /**
   * Who has connected it, as the inbox backend names them.
   */
  userId?: string;
  /**
   * Only these numbers are wanted. Absent: all.
   */
  wantedNumbers?: string[];
  /**
   * When each step was done.
   */
  steps: {
    [k: string]: string;
  };
  problem?: ConnectionProblem;
  /**
   * Its numbers, as Meta last showed them.
   */
  numbers: ConnectionNumber[];
  /**
   * Its webhooks go elsewhere than to this service.
   */
  webhookOverride: boolean;
  /**
   * What the token may do.
   */
  scopes: string[];
  /**
   * When the token ends. Absent: never.
   */
  expiresAt?: string;
  /**
   * When the token's data access ends.
   */
  dataAccessExpiresAt?: string;
  /**
   * What Meta has forbidden.
   */
  restrictions: {
    /**
     * Meta's word. Open.
     */
    type: string;
    /**
     * When it ends.
     */
    expiresAt?: string;
  }[];
}
export interface ConnectionProblem {
  /**
   * Where it has stopped.
   */
  step:
    | 'grants'
    | 'numbers'
    | 'claim'
    | 'webhooks'
    | 'subscribe'
    | 'register'
    | 'sync'
    | 'templates'
    | 'activate'
    | 'disconnect'
    | 'lifecycle'
    | (string & Record<never, never>);
  /**
   * A stable word for an inbox to translate: see connect-reasons.md. Open.
   */
  reason: string;
  /**
   * For a person: what to do about it.
   */
  whatToDo: string;
  /**
   * What Meta said.
   */
  meta?: {
    /**
     * Meta's error code.
     */
    code: number;
    /**
     * Meta's subcode.
     */
    subcode?: number;
    /**
     * Meta's title. Not to be relied on.
     */
    title?: string;
    /**
     * Meta's details. Not to be relied on.
     */
    details?: string;
    /**
     * Names the call to Meta's support.
     */
    fbtraceId?: string;
  };
}
export interface ConnectionNumber {
  /**
   * Meta's id of the business number.
   */
  phoneNumberId: string;
  /**
   * The business number as people write it.
   */
  displayPhoneNumber?: string;
  /**
   * The name that customers see.
   */
  verifiedName?: string;
  /**
   * Meta's word: `CONNECTED`, `PENDING`, `FLAGGED`, ... Open.
   */
  status?: string;
  /**
   * Meta's quality rating. Open.
   */
  quality?: string;
  /**
   * Meta's limit: `TIER_250`, ... Open.
   */
  messagingLimit?: string;
  /**
   * Meta's throughput level. Open.
   */
  throughput?: string;
  /**
   * `AVAILABLE`, `LIMITED` or `BLOCKED`. Open.
   */
  health?: string;
  /**
   * The WhatsApp Business app uses the number as well.
   */
  coexistence: boolean;
  /**
   * Meta takes messages for it.
   */
  registered: boolean;
  /**
   * Its webhooks go elsewhere than to this service.
   */
  webhookOverride: boolean;
  /**
   * When the business app's data was asked for.
   */
  synced: {
    /**
     * Its address book.
     */
    smb_app_state_sync?: string;
    /**
     * Its history.
     */
    history?: string;
  };
  /**
   * Messages of it come to the organisation.
   */
  active: boolean;
  problem?: ConnectionProblem;
}
export interface ResumeConnectionRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * The connection to go on with. Absent: the signup that has not come so far as to have a name.
   */
  wabaId?: string;
  /**
   * The number's two-step verification PIN, where the connection has stopped at `pin-mismatch`.
   */
  pin?: string;
  /**
   * Leads webhooks here that go to another URL (`webhook-overridden`).
   */
  clearOverrides?: boolean;
}
export interface ListConnectionsQuery {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * How many are answered at most.
   */
  limit?: number;
  /**
   * The `nextCursor` of the answer before.
   */
  cursor?: string;
  /**
   * `live`: Meta is asked for the numbers first, where it can be.
   */
  source?: 'live' | 'stored';
}
export interface ConnectionList {
  /**
   * The page.
   */
  data: Connection[];
  /**
   * Give it as `cursor` to get what follows. Absent at the end.
   */
  nextCursor?: string;
}
export interface SaveCredentialsRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId: string;
  /**
   * A token of this Meta app, made by hand. Never answered.
   */
  accessToken: string;
  /**
   * Only these numbers of the account. Absent: all.
   *
   * @minItems 1
   * @maxItems 100
   */
  phoneNumberIds?: [string, ...string[]];
}
export interface DisconnectRequest {
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId: string;
}
export interface SignedRequestForm {
  /**
   * Signed with the app secret by Meta.
   */
  signed_request: string;
}
export interface Problem {
  /**
   * A URI for the code: `urn:nexus-whatsapp:problem:<code>`.
   */
  type: string;
  /**
   * What the code means, always the same.
   */
  title: string;
  /**
   * The HTTP status.
   */
  status: number;
  /**
   * What is wrong here, and what to do. For developers.
   */
  detail: string;
  /**
   * The stable word to act on.
   */
  code: string;
  /**
   * Everything that is wrong with the request, each at its place.
   */
  problems?: RequestProblem[];
  meta?: MetaSays;
  /**
   * Our id of the send: the same for every repeat with the same Idempotency-Key.
   */
  sendId?: string;
  /**
   * Of connecting: why the step has failed, a word of [connect-reasons.md](connect-reasons.md). Open.
   */
  reason?: string;
  /**
   * Of connecting: the step that has failed. Open.
   */
  step?: string;
}
export interface RequestProblem {
  /**
   * Where: `message.interactive.action.buttons[0].reply.title`.
   */
  path: string;
  /**
   * What is wrong there.
   */
  detail: string;
  meta?: MetaSays;
}
export interface MetaSays {
  /**
   * Meta's error code.
   */
  code: number;
  /**
   * Meta's subcode.
   */
  subcode?: number;
  /**
   * Meta's title. Not to be relied on.
   */
  title?: string;
  /**
   * Meta's details. Not to be relied on.
   */
  details?: string;
  /**
   * Names the call to Meta's support.
   */
  fbtraceId?: string;
}
export interface GatewayRefusal {
  /**
   * API Gateway's own word.
   */
  message: string | null;
}
export interface Nothing {
  [k: string]: unknown;
}
export interface DeletionConfirmed {
  /**
   * Where the person can see how it went.
   */
  url: string;
  /**
   * What they ask with.
   */
  confirmation_code: string;
}
export interface DeletionStatus {
  /**
   * How far it is.
   */
  status: 'pending' | 'completed' | (string & Record<never, never>);
  /**
   * When Meta asked for it.
   */
  requestedAt: string;
  /**
   * When it was done.
   */
  completedAt?: string;
}
/**
 * A customer has written. Show `message` by its `type`; show types that you do not know as such. From: `messages`: text, image, video, document, audio, sticker, location, contacts, interactive, button, order, request_welcome, unsupported, unknown.
 */
export interface MessageReceived {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.received';
  /**
   * Meta's own object: `{id, from, timestamp, type, <type>, context?, referral?, errors?, ...}`. An integer that a JavaScript number cannot hold is the text of its digits.
   */
  message: {
    /**
     * Meta's id of the message.
     */
    id: string;
    [k: string]: unknown;
  };
  /**
   * The file that belongs to it. `media.stored` or `media.failed` follows.
   */
  media?: {
    /**
     * Where it stands.
     */
    state: 'pending';
    /**
     * What Meta calls the file.
     */
    kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
    /**
     * The file's type, without parameters.
     */
    mimeType: string;
    /**
     * It is a voice note.
     */
    voice?: boolean;
    /**
     * The file's name, where its sender has given one.
     */
    filename?: string;
  };
  /**
   * What a completed flow's `response_json` says, parsed.
   */
  parsed?: unknown;
  /**
   * The customer service window that this opened: until when free messages may be sent.
   */
  window: {
    /**
     * When it closes. Absent where nobody knows.
     */
    expiresAt: string;
  };
}
/**
 * A reaction to a message, or a reaction taken back. The latest one of each side counts. From: `messages` and echoes of type `reaction`.
 */
export interface MessageReaction {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.reaction';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * The message that it is about.
   */
  targetMessageId: string;
  /**
   * null where the reaction was taken back.
   */
  emoji: string | null;
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction: 'inbound' | 'outbound' | (string & Record<never, never>);
}
/**
 * Something became of a message of the business's. Show `status`: it is already merged, so that a late `sent` hides no `read`. From: `statuses` of `messages`.
 */
export interface MessageStatus {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.status';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * Our id of the send: the same for every repeat with the same Idempotency-Key.
   */
  sendId?: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * What all statuses so far amount to: `sent`, `delivered`, `read`, `played`, `failed`. Open.
   */
  status: string;
  /**
   * The status that this event adds.
   */
  changed: string;
  /**
   * When each status was reached.
   */
  timestamps: {
    /**
     * WhatsApp has it.
     */
    sent?: string;
    /**
     * It is on the person's phone.
     */
    delivered?: string;
    /**
     * It was read.
     */
    read?: string;
    /**
     * A voice message was played.
     */
    played?: string;
    /**
     * It was not delivered.
     */
    failed?: string;
  };
  participant?: Contact;
  /**
   * Meta's own object.
   */
  pricing?: {
    [k: string]: unknown;
  };
  error?: MetaError;
}
/**
 * A send was queued, or came to an end. `sendId` is that of the answer to the send. From: our sends.
 */
export interface SendUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'send.updated';
  /**
   * Our id of the send: the same for every repeat with the same Idempotency-Key.
   */
  sendId: string;
  /**
   * What the caller calls the send, without commas and control characters. Comes back in its events and finds it again; several sends may share one.
   */
  clientReference?: string;
  /**
   * `queued`, `accepted`, `failed`, `expired`. `unknown`: nobody knows whether Meta has it, a status may tell. `unresolved`: none came in time.
   */
  status:
    | 'queued'
    | 'accepted'
    | 'failed'
    | 'unknown'
    | 'unresolved'
    | 'expired'
    | (string & Record<never, never>);
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId?: string;
  error?: MetaError;
}
/**
 * A message has new content. It may come before the message itself, and for one that is not known. From: `messages` and echoes of type `edit`.
 */
export interface MessageEdited {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.edited';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * The message that was changed.
   */
  originalMessageId: string;
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction: 'inbound' | 'outbound' | (string & Record<never, never>);
  /**
   * The new content: Meta's `{type, <type>, context?}`.
   */
  message: {
    [k: string]: unknown;
  };
}
/**
 * A message was deleted for everybody. It may come before the message itself. From: `messages` and echoes of type `revoke`.
 */
export interface MessageRevoked {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.revoked';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * The message that was changed.
   */
  originalMessageId: string;
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction: 'inbound' | 'outbound' | (string & Record<never, never>);
}
/**
 * Somebody has written to a customer in the business's phone app. Show it as sent; it opens no window, and no bot should answer. From: `smb_message_echoes`, `message_echoes`.
 */
export interface MessageEchoed {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.echoed';
  /**
   * Meta's own object, with `to`.
   */
  message: {
    /**
     * Meta's id of the message.
     */
    id: string;
    [k: string]: unknown;
  };
  /**
   * The file that belongs to it. `media.stored` or `media.failed` follows.
   */
  media?: {
    /**
     * Where it stands.
     */
    state: 'pending';
    /**
     * What Meta calls the file.
     */
    kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
    /**
     * The file's type, without parameters.
     */
    mimeType: string;
    /**
     * It is a voice note.
     */
    voice?: boolean;
    /**
     * The file's name, where its sender has given one.
     */
    filename?: string;
  };
}
/**
 * A copy of a message of a thread that somebody else owns. Record it, never answer it. From: `standby`.
 */
export interface MessageObserved {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.observed';
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction: 'inbound' | 'outbound' | (string & Record<never, never>);
  /**
   * Meta's own object.
   */
  message: {
    /**
     * Meta's id of the message.
     */
    id: string;
    [k: string]: unknown;
  };
}
/**
 * A message from before the number was connected. Store it silently. In the history queue. From: `history`.
 */
export interface MessageImported {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'message.imported';
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction: 'inbound' | 'outbound' | (string & Record<never, never>);
  /**
   * Meta's own object.
   */
  message: {
    /**
     * Meta's id of the message.
     */
    id: string;
    [k: string]: unknown;
  };
  /**
   * The file that belongs to it. `media.stored` or `media.failed` follows.
   */
  media?: {
    /**
     * Where it stands.
     */
    state: 'pending';
    /**
     * What Meta calls the file.
     */
    kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
    /**
     * The file's type, without parameters.
     */
    mimeType: string;
    /**
     * It is a voice note.
     */
    voice?: boolean;
    /**
     * The file's name, where its sender has given one.
     */
    filename?: string;
  };
  /**
   * What Meta's history says became of it: `READ`, `DELIVERED`, ... Open.
   */
  status?: string;
}
/**
 * How far the import is, or that it was declined or failed. In the history queue. From: `history`.
 */
export interface HistoryProgress {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'history.progress';
  /**
   * 0: the last day, 1: up to 90 days, 2: up to 180 days.
   */
  phase?: number;
  /**
   * The number of the part within its phase.
   */
  chunkOrder?: number;
  /**
   * How much has come, in percent.
   */
  percent?: number;
  /**
   * The owner of the number has chosen not to share the history.
   */
  declined: boolean;
  error?: MetaError;
}
/**
 * A status of a payment. From: `statuses` of type `payment`.
 */
export interface PaymentUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'payment.updated';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * Meta's status. Open.
   */
  status: string;
  /**
   * Meta's own object.
   */
  payment: {
    [k: string]: unknown;
  };
}
/**
 * A person has another number, user id, device or profile, or an entry in the address book. The conversation stays the same. From: `system` messages, `user_id_update`, `smb_app_state_sync`, profiles that differ.
 */
export interface ContactChanged {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'contact.changed';
  /**
   * What has changed.
   */
  reason:
    | 'phone_number'
    | 'user_id'
    | 'profile'
    | 'address_book'
    | 'identity'
    | (string & Record<never, never>);
  previous?: Contact;
  current?: Contact;
  /**
   * `add` or `remove`, of an entry in the phone app's address book. Open.
   */
  action?: string;
}
/**
 * A customer has stopped or resumed marketing messages. Templates of that category are refused meanwhile. From: `user_preferences`.
 */
export interface PreferenceUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'preference.updated';
  /**
   * `marketing_messages`. Open.
   */
  category: string;
  /**
   * `stop` or `resume`. Open.
   */
  value: string;
  /**
   * Meta's sentence about it.
   */
  detail?: string;
  /**
   * Meta's own object.
   */
  preference: {
    [k: string]: unknown;
  };
}
/**
 * A thread was passed on or taken, or an assistant has summed it up. From: `messaging_handovers`, `conversation_context`.
 */
export interface ConversationHandover {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'conversation.handover';
  /**
   * `control_passed`, `control_taken`, `summary`. Open.
   */
  kind: string;
  /**
   * Who had the thread.
   */
  previousOwnerRole?: string;
  /**
   * Who has it now.
   */
  newOwnerRole?: string;
  /**
   * What an assistant says of the thread so far: for a person to read.
   */
  summary?: string;
  /**
   * Meta's own object.
   */
  handover: {
    [k: string]: unknown;
  };
}
/**
 * A lead, a purchase or a click that Meta has noticed. From: `automatic_events`, `user_actions`.
 */
export interface ConversionTracked {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'conversion.tracked';
  /**
   * `LeadSubmitted`, `Purchase`, `marketing_messages_link_click`. Open.
   */
  name: string;
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId?: string;
  /**
   * Meta's own object.
   */
  conversion: {
    [k: string]: unknown;
  };
}
/**
 * A step or a status of a call. A missed call of a customer opens a window. From: `calls`.
 */
export interface CallUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'call.updated';
  /**
   * Meta's id of the call.
   */
  callId: string;
  /**
   * Meta's event (`connect`, `terminate`, ...) or status (`RINGING`, ...). Open.
   */
  event: string;
  /**
   * `inbound`: from the customer. `outbound`: from the business.
   */
  direction?: 'inbound' | 'outbound' | (string & Record<never, never>);
  /**
   * How it ended, in Meta's word. Open.
   */
  status?: string;
  /**
   * How long it was, in seconds.
   */
  durationSeconds?: number;
  /**
   * When it began.
   */
  startedAt?: string;
  /**
   * When it ended.
   */
  endedAt?: string;
  /**
   * The customer service window that this opened: until when free messages may be sent.
   */
  window?: {
    /**
     * When it closes. Absent where nobody knows.
     */
    expiresAt: string;
  };
  /**
   * Meta's own object.
   */
  call: {
    [k: string]: unknown;
  };
}
/**
 * A group, its participants or its settings have changed. From: `group_*`.
 */
export interface GroupUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'group.updated';
  /**
   * Meta's id of the group.
   */
  groupId: string;
  /**
   * Meta's type: `group_create`, `group_participants_add`, ... Open.
   */
  event: string;
  /**
   * Meta's own object.
   */
  group: {
    [k: string]: unknown;
  };
}
/**
 * Status, quality, category or components of a template have changed. GET `/whatsapp-get-templates` has it whole. From: `message_template_*`, `template_*`.
 */
export interface TemplateUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'template.updated';
  /**
   * The webhook field that it came in.
   */
  field: string;
  /**
   * Meta's id of the template.
   */
  templateId?: string;
  /**
   * The template's name.
   */
  name?: string;
  /**
   * The template's language.
   */
  language?: string;
  /**
   * Meta's event: `APPROVED`, `PAUSED`, ... Open.
   */
  status?: string;
  /**
   * The quality before.
   */
  previousQuality?: string;
  /**
   * The quality now.
   */
  quality?: string;
  /**
   * The category before.
   */
  previousCategory?: string;
  /**
   * The category now, or announced.
   */
  category?: string;
  /**
   * Meta's reason. Open.
   */
  reason?: string;
  /**
   * Meta's own object.
   */
  template: {
    [k: string]: unknown;
  };
}
/**
 * Name, quality, limit, username or settings of a number have changed. From: `phone_number_*`, `business_username_*`, `account_settings_update`, errors that belong to no message.
 */
export interface NumberUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'number.updated';
  /**
   * The webhook field that it came in.
   */
  field: string;
  /**
   * The business number as people write it.
   */
  displayPhoneNumber?: string;
  /**
   * Meta's `event`, `decision`, `status` or `type`, whichever the field has. Open.
   */
  event?: string;
  error?: MetaError;
  /**
   * Meta's own object.
   */
  number: {
    [k: string]: unknown;
  };
}
/**
 * Something about the account: a restriction, a review, a ban, a partner. From: `account_*`, `business_capability_update`, `security`, `partner_solutions`, `payment_configuration_update`.
 */
export interface AccountUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'account.updated';
  /**
   * The webhook field that it came in.
   */
  field: string;
  /**
   * Meta's `event`, `decision`, `alert_type` or `status`, whichever the field has. Open.
   */
  event?: string;
  /**
   * Meta's own object.
   */
  account: {
    [k: string]: unknown;
  };
}
/**
 * Status, errors or latency of a flow. From: `flows`.
 */
export interface FlowUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'flow.updated';
  /**
   * Meta's event: `FLOW_STATUS_CHANGE`, `ENDPOINT_LATENCY`, ... Open.
   */
  event: string;
  /**
   * Meta's id of the flow.
   */
  flowId?: string;
  /**
   * Meta's own object.
   */
  flow: {
    [k: string]: unknown;
  };
}
/**
 * A message's file can be fetched: GET `/whatsapp-media` gives a link to it. From: ours.
 */
export interface MediaStored {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'media.stored';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * What Meta calls the file.
   */
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
  /**
   * What the bytes are, whatever the sender called them.
   */
  mimeType: string;
  /**
   * The file's size in bytes.
   */
  sizeBytes: number;
  /**
   * Of the bytes, hexadecimal.
   */
  sha256: string;
  /**
   * The file's name, where its sender has given one.
   */
  filename?: string;
}
/**
 * A message's file will not come, unless somebody asks again: POST `/whatsapp-media/retry`. From: ours.
 */
export interface MediaFailed {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'media.failed';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * What Meta calls the file.
   */
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker' | (string & Record<never, never>);
  /**
   * A stable word for an inbox to translate: see media-reasons.md. Open.
   */
  reason: string;
}
/**
 * What a voice note says. A later revision stands beside the earlier ones: show the latest. From: ours.
 */
export interface TranscriptReady {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'transcript.ready';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * Counts from 0: each new one stands beside the earlier ones.
   */
  revision: number;
  /**
   * What is said.
   */
  text: string;
  /**
   * BCP 47: `ar-SA`, `en-US`, ...; the main one where there are several.
   */
  language: string;
  /**
   * 0 to 1.
   */
  confidence: number;
  /**
   * Show it as uncertain.
   */
  lowConfidence: boolean;
  /**
   * How long the voice note is, in ms.
   */
  durationMs: number;
  /**
   * The path and query of this API that answers a link to each word's time.
   */
  words?: string;
}
/**
 * There is no transcript. POST `/whatsapp-media/transcribe` asks for another one. From: ours.
 */
export interface TranscriptFailed {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'transcript.failed';
  /**
   * Meta's id of the message (`wamid...`). Unique within its business number.
   */
  messageId: string;
  /**
   * Counts from 0: each new one stands beside the earlier ones.
   */
  revision: number;
  /**
   * A stable word for an inbox to translate: see media-reasons.md. Open.
   */
  reason: string;
}
/**
 * A connection has made a step, works, works in part, or was taken apart. Show `whatToDo` to an admin. From: ours.
 */
export interface ConnectionUpdated {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'connection.updated';
  /**
   * Where the connection stands.
   */
  state: 'connecting' | 'active' | 'degraded' | 'disconnected' | (string & Record<never, never>);
  /**
   * The step of connecting that was done, or that failed.
   */
  step?: string;
  /**
   * Why it is not active: a stable word, see connect-reasons.md. Open.
   */
  reason?: string;
  /**
   * For a person: what to do about it.
   */
  whatToDo?: string;
}
/**
 * Everything that was stored of a conversation is erased, as POST `/whatsapp-erasure` has asked. Erase what you have of it. Somebody who writes again gets a new conversation. From: ours.
 */
export interface ContactErased {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'contact.erased';
}
/**
 * Meta has sent something that this service does not know, or that is not what it promises. Count it; the operator can read the raw element. From: anything else.
 */
export interface WebhookUnrecognised {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'webhook.unrecognised';
  /**
   * The webhook field that it came in.
   */
  field: string;
  /**
   * Why it is none of the other events.
   */
  reason: 'not-supported' | 'malformed' | 'too-large' | (string & Record<never, never>);
  /**
   * The object in the raw bucket that holds the element with its surroundings, as JSON: for the operator.
   */
  raw: {
    /**
     * Its bucket.
     */
    bucket: string;
    /**
     * Its key.
     */
    key: string;
  };
}
/**
 * An event of a type that is newer than this client. Acknowledge it.
 */
export interface UnknownEvent {
  /**
   * Of the event format.
   */
  schemaVersion: 1;
  /**
   * The same for every repeat of the same event: drop what you have seen.
   */
  eventId: string;
  /**
   * When it happened: Meta's time.
   */
  occurredAt: string;
  /**
   * When this service got to know of it.
   */
  receivedAt: string;
  /**
   * Sort the events of one conversation by it, as text.
   */
  orderKey: string;
  /**
   * Whose it is: the organisation as the inbox backend names it.
   */
  organizationId: string;
  /**
   * Meta's id of the WhatsApp Business Account.
   */
  wabaId?: string;
  /**
   * Meta's id of the business number.
   */
  phoneNumberId?: string;
  /**
   * Opaque. One for a business number and a person (or group); it survives a change of their number or user id.
   */
  conversationId?: string;
  contact?: Contact;
  type: 'unknown';
  /**
   * The event's own type.
   */
  unknownType: string;
  [k: string]: unknown;
}

/** An operation of the API, as it goes over the wire. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** Where the request goes. */
  input: 'query' | 'body';
  /** It takes an Idempotency-Key. */
  keyed: boolean;
  /** Making it twice does no more than making it once. */
  repeatable: boolean;
}

/** Every operation by its `operationId`. */
export const operations: Readonly<Record<keyof Operations, Operation>> = {
  "sendMessage": {
    "method": "POST",
    "path": "/whatsapp-send-message",
    "input": "body",
    "keyed": true,
    "repeatable": true
  },
  "sendTemplate": {
    "method": "POST",
    "path": "/whatsapp-send-template",
    "input": "body",
    "keyed": true,
    "repeatable": true
  },
  "sendReaction": {
    "method": "POST",
    "path": "/whatsapp-send-reaction",
    "input": "body",
    "keyed": true,
    "repeatable": true
  },
  "getReplyStatus": {
    "method": "GET",
    "path": "/whatsapp-reply-status",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "markMessageRead": {
    "method": "POST",
    "path": "/whatsapp-reply-status",
    "input": "body",
    "keyed": false,
    "repeatable": true
  },
  "getTemplates": {
    "method": "GET",
    "path": "/whatsapp-get-templates",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "listTemplates": {
    "method": "GET",
    "path": "/whatsapp-templates",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "readConversation": {
    "method": "GET",
    "path": "/whatsapp-conversation",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "listMessages": {
    "method": "GET",
    "path": "/whatsapp-messages",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "republish": {
    "method": "POST",
    "path": "/whatsapp-republish",
    "input": "body",
    "keyed": false,
    "repeatable": false
  },
  "readRepublishing": {
    "method": "GET",
    "path": "/whatsapp-republish",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "erase": {
    "method": "POST",
    "path": "/whatsapp-erasure",
    "input": "body",
    "keyed": false,
    "repeatable": false
  },
  "readErasure": {
    "method": "GET",
    "path": "/whatsapp-erasure",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "issueGraphToken": {
    "method": "POST",
    "path": "/graph-tokens",
    "input": "body",
    "keyed": false,
    "repeatable": false
  },
  "listGraphTokens": {
    "method": "GET",
    "path": "/graph-tokens",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "revokeGraphToken": {
    "method": "DELETE",
    "path": "/graph-tokens",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "getMediaLink": {
    "method": "GET",
    "path": "/whatsapp-media",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "createUpload": {
    "method": "POST",
    "path": "/whatsapp-media",
    "input": "body",
    "keyed": false,
    "repeatable": true
  },
  "retryMedia": {
    "method": "POST",
    "path": "/whatsapp-media/retry",
    "input": "body",
    "keyed": false,
    "repeatable": true
  },
  "transcribeAgain": {
    "method": "POST",
    "path": "/whatsapp-media/transcribe",
    "input": "body",
    "keyed": false,
    "repeatable": false
  },
  "readSettings": {
    "method": "GET",
    "path": "/whatsapp-settings",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "writeSettings": {
    "method": "PUT",
    "path": "/whatsapp-settings",
    "input": "body",
    "keyed": false,
    "repeatable": true
  },
  "readHealth": {
    "method": "GET",
    "path": "/whatsapp-health",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "startSignup": {
    "method": "POST",
    "path": "/wa-es-start",
    "input": "body",
    "keyed": false,
    "repeatable": true
  },
  "finishSignup": {
    "method": "POST",
    "path": "/wa-es-callback",
    "input": "body",
    "keyed": false,
    "repeatable": false
  },
  "resumeConnection": {
    "method": "POST",
    "path": "/wa-es-callback/resume",
    "input": "body",
    "keyed": false,
    "repeatable": true
  },
  "listConnections": {
    "method": "GET",
    "path": "/save-whatsapp-credentials",
    "input": "query",
    "keyed": false,
    "repeatable": true
  },
  "saveCredentials": {
    "method": "POST",
    "path": "/save-whatsapp-credentials",
    "input": "body",
    "keyed": false,
    "repeatable": false
  },
  "disconnect": {
    "method": "DELETE",
    "path": "/save-whatsapp-credentials",
    "input": "body",
    "keyed": false,
    "repeatable": true
  }
};

/** The types of events that this version knows. */
export const eventTypes: ReadonlySet<string> = new Set([
  "message.received",
  "message.reaction",
  "message.status",
  "send.updated",
  "message.edited",
  "message.revoked",
  "message.echoed",
  "message.observed",
  "message.imported",
  "history.progress",
  "payment.updated",
  "contact.changed",
  "preference.updated",
  "conversation.handover",
  "conversion.tracked",
  "call.updated",
  "group.updated",
  "template.updated",
  "number.updated",
  "account.updated",
  "flow.updated",
  "media.stored",
  "media.failed",
  "transcript.ready",
  "transcript.failed",
  "connection.updated",
  "contact.erased",
  "webhook.unrecognised"
]);
