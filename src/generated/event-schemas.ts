// Generated from asyncapi/asyncapi.yaml by `npm run generate`; do not edit.
import type { SchemaObject } from 'ajv';
import type { Events } from './events.ts';

/** JSON Schemas (draft-07) of every event by `ce_type`; each refers to nothing outside itself. */
export const eventSchemas: {
  readonly [Type in keyof Events]: { readonly headers: SchemaObject; readonly payload: SchemaObject };
} = {
  "orders.order.created.v1": {
    "headers": {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "description": "CloudEvents attributes of an order created event.",
      "allOf": [
        {
          "$ref": "#/definitions/EventHeaders"
        },
        {
          "type": "object",
          "properties": {
            "ce_type": {
              "type": "string",
              "const": "orders.order.created.v1"
            }
          }
        }
      ],
      "definitions": {
        "EventHeaders": {
          "type": "object",
          "description": "CloudEvents 1.0 attributes, as the Kafka binding names them. All values are UTF-8 text.",
          "required": [
            "ce_id",
            "ce_source",
            "ce_specversion",
            "ce_type",
            "ce_time",
            "ce_subject",
            "ce_dataschema",
            "content-type"
          ],
          "properties": {
            "ce_id": {
              "type": "string",
              "format": "uuid",
              "description": "The event's identity. Of an order event a UUID version 5 of the request it came from: a repeat of the request makes the same id."
            },
            "ce_source": {
              "type": "string",
              "format": "uri-reference",
              "description": "What published it.",
              "examples": [
                "/orders-api"
              ]
            },
            "ce_specversion": {
              "type": "string",
              "const": "1.0"
            },
            "ce_type": {
              "type": "string",
              "description": "What happened, with the major version of the payload.",
              "examples": [
                "orders.order.created.v1"
              ]
            },
            "ce_time": {
              "type": "string",
              "format": "date-time",
              "description": "When the service claimed the request for this attempt. Also the timestamp of the record on `orders`, which that topic refuses when it is too old: a late attempt cannot land."
            },
            "ce_subject": {
              "allOf": [
                {
                  "$ref": "#/definitions/OrderId"
                }
              ],
              "description": "The orderId; of a barrier, its partition."
            },
            "ce_dataschema": {
              "type": "string",
              "format": "uri",
              "description": "Names the payload's schema and its version."
            },
            "content-type": {
              "type": "string",
              "const": "application/json"
            }
          }
        },
        "OrderId": {
          "type": "string",
          "description": "The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.",
          "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
          "minLength": 1,
          "maxLength": 64,
          "examples": [
            "ord-1001"
          ]
        }
      }
    },
    "payload": {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "type": "object",
      "description": "The order as accepted.",
      "required": [
        "schemaVersion",
        "order",
        "metadata"
      ],
      "properties": {
        "schemaVersion": {
          "$ref": "#/definitions/SchemaVersion"
        },
        "order": {
          "$ref": "#/definitions/Order"
        },
        "metadata": {
          "$ref": "#/definitions/Metadata"
        }
      },
      "definitions": {
        "SchemaVersion": {
          "type": "string",
          "description": "Version of the payload's schema, major.minor. A new minor version only adds optional fields.",
          "pattern": "^1\\.[0-9]+$",
          "examples": [
            "1.0"
          ]
        },
        "Order": {
          "description": "A whole order, as accepted, with its identifier and its currency filled in.",
          "allOf": [
            {
              "$ref": "#/definitions/OrderDetails"
            },
            {
              "type": "object",
              "required": [
                "orderId",
                "currency"
              ]
            }
          ]
        },
        "OrderDetails": {
          "type": "object",
          "description": "What a client says of an order.",
          "required": [
            "customerId",
            "items",
            "totalAmount",
            "tenantId",
            "channel"
          ],
          "properties": {
            "orderId": {
              "$ref": "#/definitions/OrderId"
            },
            "customerId": {
              "$ref": "#/definitions/CustomerId"
            },
            "items": {
              "type": "array",
              "description": "The lines of the order, 1 to 100.",
              "minItems": 1,
              "maxItems": 100,
              "items": {
                "$ref": "#/definitions/OrderItem"
              }
            },
            "totalAmount": {
              "$ref": "#/definitions/Amount"
            },
            "currency": {
              "$ref": "#/definitions/Currency"
            },
            "tenantId": {
              "$ref": "#/definitions/TenantId"
            },
            "channel": {
              "$ref": "#/definitions/Channel"
            }
          }
        },
        "OrderId": {
          "type": "string",
          "description": "The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.",
          "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
          "minLength": 1,
          "maxLength": 64,
          "examples": [
            "ord-1001"
          ]
        },
        "CustomerId": {
          "type": "string",
          "description": "Who ordered, as the shop knows them.",
          "minLength": 1,
          "maxLength": 128,
          "examples": [
            "cust-42"
          ]
        },
        "OrderItem": {
          "type": "object",
          "description": "One line of an order.",
          "required": [
            "sku",
            "quantity",
            "unitPrice"
          ],
          "properties": {
            "sku": {
              "type": "string",
              "description": "Stock keeping unit.",
              "minLength": 1,
              "maxLength": 128,
              "examples": [
                "sku-7"
              ]
            },
            "quantity": {
              "type": "integer",
              "description": "How many. At most 2^53 - 1, the largest whole number JSON readers agree on.",
              "minimum": 1,
              "maximum": 9007199254740991,
              "examples": [
                2
              ]
            },
            "unitPrice": {
              "$ref": "#/definitions/Amount"
            },
            "name": {
              "type": "string",
              "description": "What a person would call it.",
              "maxLength": 256,
              "examples": [
                "Blue mug"
              ]
            }
          }
        },
        "Amount": {
          "type": "number",
          "description": "An amount of money in the order's currency, in major units (dollars, not cents).",
          "minimum": 0,
          "examples": [
            59.98
          ]
        },
        "Currency": {
          "type": "string",
          "description": "ISO 4217 alphabetic code of every amount in the order.",
          "pattern": "^[A-Z]{3}$",
          "examples": [
            "USD"
          ]
        },
        "TenantId": {
          "type": "string",
          "description": "The tenant the order belongs to. An attribute to filter by, not a security boundary.",
          "minLength": 1,
          "maxLength": 128,
          "examples": [
            "contoso"
          ]
        },
        "Channel": {
          "type": "string",
          "description": "Where the order came from.",
          "enum": [
            "web",
            "mobile",
            "store",
            "partner",
            "demo"
          ],
          "examples": [
            "web"
          ]
        },
        "Metadata": {
          "type": "object",
          "description": "Where the event came from.",
          "required": [
            "timestamp",
            "requestId",
            "principal"
          ],
          "properties": {
            "timestamp": {
              "type": "string",
              "format": "date-time",
              "description": "When the request was claimed, the same as ce_time."
            },
            "requestId": {
              "type": "string",
              "minLength": 1,
              "maxLength": 128,
              "description": "The Idempotency-Key of the request, else its X-Request-Id."
            },
            "principal": {
              "type": "string",
              "minLength": 1,
              "description": "Whose key it was."
            }
          }
        }
      }
    }
  },
  "orders.order.status-changed.v1": {
    "headers": {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "description": "CloudEvents attributes of an order status changed event.",
      "allOf": [
        {
          "$ref": "#/definitions/EventHeaders"
        },
        {
          "type": "object",
          "properties": {
            "ce_type": {
              "type": "string",
              "const": "orders.order.status-changed.v1"
            }
          }
        }
      ],
      "definitions": {
        "EventHeaders": {
          "type": "object",
          "description": "CloudEvents 1.0 attributes, as the Kafka binding names them. All values are UTF-8 text.",
          "required": [
            "ce_id",
            "ce_source",
            "ce_specversion",
            "ce_type",
            "ce_time",
            "ce_subject",
            "ce_dataschema",
            "content-type"
          ],
          "properties": {
            "ce_id": {
              "type": "string",
              "format": "uuid",
              "description": "The event's identity. Of an order event a UUID version 5 of the request it came from: a repeat of the request makes the same id."
            },
            "ce_source": {
              "type": "string",
              "format": "uri-reference",
              "description": "What published it.",
              "examples": [
                "/orders-api"
              ]
            },
            "ce_specversion": {
              "type": "string",
              "const": "1.0"
            },
            "ce_type": {
              "type": "string",
              "description": "What happened, with the major version of the payload.",
              "examples": [
                "orders.order.created.v1"
              ]
            },
            "ce_time": {
              "type": "string",
              "format": "date-time",
              "description": "When the service claimed the request for this attempt. Also the timestamp of the record on `orders`, which that topic refuses when it is too old: a late attempt cannot land."
            },
            "ce_subject": {
              "allOf": [
                {
                  "$ref": "#/definitions/OrderId"
                }
              ],
              "description": "The orderId; of a barrier, its partition."
            },
            "ce_dataschema": {
              "type": "string",
              "format": "uri",
              "description": "Names the payload's schema and its version."
            },
            "content-type": {
              "type": "string",
              "const": "application/json"
            }
          }
        },
        "OrderId": {
          "type": "string",
          "description": "The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.",
          "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
          "minLength": 1,
          "maxLength": 64,
          "examples": [
            "ord-1001"
          ]
        }
      }
    },
    "payload": {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "type": "object",
      "description": "The change as accepted.",
      "required": [
        "schemaVersion",
        "change",
        "metadata"
      ],
      "properties": {
        "schemaVersion": {
          "$ref": "#/definitions/SchemaVersion"
        },
        "change": {
          "$ref": "#/definitions/StatusChange"
        },
        "metadata": {
          "$ref": "#/definitions/Metadata"
        }
      },
      "definitions": {
        "SchemaVersion": {
          "type": "string",
          "description": "Version of the payload's schema, major.minor. A new minor version only adds optional fields.",
          "pattern": "^1\\.[0-9]+$",
          "examples": [
            "1.0"
          ]
        },
        "StatusChange": {
          "type": "object",
          "description": "What was said of the order.",
          "required": [
            "orderId",
            "status"
          ],
          "properties": {
            "orderId": {
              "$ref": "#/definitions/OrderId"
            },
            "status": {
              "$ref": "#/definitions/OrderStatus"
            },
            "notes": {
              "$ref": "#/definitions/Notes"
            }
          }
        },
        "OrderId": {
          "type": "string",
          "description": "The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.",
          "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
          "minLength": 1,
          "maxLength": 64,
          "examples": [
            "ord-1001"
          ]
        },
        "OrderStatus": {
          "type": "string",
          "description": "Where the order stands. A new order is `accepted`; any status may follow any other.",
          "enum": [
            "accepted",
            "confirmed",
            "processing",
            "shipped",
            "delivered",
            "cancelled",
            "failed"
          ],
          "examples": [
            "shipped"
          ]
        },
        "Notes": {
          "type": "string",
          "description": "Free text that goes with a status change.",
          "maxLength": 1000,
          "examples": [
            "Left the warehouse"
          ]
        },
        "Metadata": {
          "type": "object",
          "description": "Where the event came from.",
          "required": [
            "timestamp",
            "requestId",
            "principal"
          ],
          "properties": {
            "timestamp": {
              "type": "string",
              "format": "date-time",
              "description": "When the request was claimed, the same as ce_time."
            },
            "requestId": {
              "type": "string",
              "minLength": 1,
              "maxLength": 128,
              "description": "The Idempotency-Key of the request, else its X-Request-Id."
            },
            "principal": {
              "type": "string",
              "minLength": 1,
              "description": "Whose key it was."
            }
          }
        }
      }
    }
  },
  "orders.log.barrier.v1": {
    "headers": {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "description": "CloudEvents attributes of a barrier.",
      "allOf": [
        {
          "$ref": "#/definitions/EventHeaders"
        },
        {
          "type": "object",
          "properties": {
            "ce_type": {
              "type": "string",
              "const": "orders.log.barrier.v1"
            }
          }
        }
      ],
      "definitions": {
        "EventHeaders": {
          "type": "object",
          "description": "CloudEvents 1.0 attributes, as the Kafka binding names them. All values are UTF-8 text.",
          "required": [
            "ce_id",
            "ce_source",
            "ce_specversion",
            "ce_type",
            "ce_time",
            "ce_subject",
            "ce_dataschema",
            "content-type"
          ],
          "properties": {
            "ce_id": {
              "type": "string",
              "format": "uuid",
              "description": "The event's identity. Of an order event a UUID version 5 of the request it came from: a repeat of the request makes the same id."
            },
            "ce_source": {
              "type": "string",
              "format": "uri-reference",
              "description": "What published it.",
              "examples": [
                "/orders-api"
              ]
            },
            "ce_specversion": {
              "type": "string",
              "const": "1.0"
            },
            "ce_type": {
              "type": "string",
              "description": "What happened, with the major version of the payload.",
              "examples": [
                "orders.order.created.v1"
              ]
            },
            "ce_time": {
              "type": "string",
              "format": "date-time",
              "description": "When the service claimed the request for this attempt. Also the timestamp of the record on `orders`, which that topic refuses when it is too old: a late attempt cannot land."
            },
            "ce_subject": {
              "allOf": [
                {
                  "$ref": "#/definitions/OrderId"
                }
              ],
              "description": "The orderId; of a barrier, its partition."
            },
            "ce_dataschema": {
              "type": "string",
              "format": "uri",
              "description": "Names the payload's schema and its version."
            },
            "content-type": {
              "type": "string",
              "const": "application/json"
            }
          }
        },
        "OrderId": {
          "type": "string",
          "description": "The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.",
          "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
          "minLength": 1,
          "maxLength": 64,
          "examples": [
            "ord-1001"
          ]
        }
      }
    },
    "payload": {
      "$schema": "http://json-schema.org/draft-07/schema#",
      "type": "object",
      "description": "Where the barrier stands.",
      "required": [
        "schemaVersion",
        "barrier"
      ],
      "properties": {
        "schemaVersion": {
          "$ref": "#/definitions/SchemaVersion"
        },
        "barrier": {
          "$ref": "#/definitions/Barrier"
        }
      },
      "definitions": {
        "SchemaVersion": {
          "type": "string",
          "description": "Version of the payload's schema, major.minor. A new minor version only adds optional fields.",
          "pattern": "^1\\.[0-9]+$",
          "examples": [
            "1.0"
          ]
        },
        "Barrier": {
          "type": "object",
          "description": "A place on a partition.",
          "required": [
            "partition"
          ],
          "properties": {
            "partition": {
              "type": "integer",
              "minimum": 0,
              "description": "The partition the barrier was sent to."
            }
          }
        }
      }
    }
  }
};
