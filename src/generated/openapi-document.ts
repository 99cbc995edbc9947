// Generated from openapi/openapi.yaml by `npm run generate`; do not edit.
import type { Document } from 'openapi-backend';

/** The OpenAPI document, self-contained. */
export const openapiDocument = {
  "openapi": "3.1.0",
  "info": {
    "title": "Orders API",
    "version": "0.2.0",
    "summary": "The front door for orders.",
    "description": "Post an order and it becomes one message on the orders topic before the answer leaves. The answer says where: backend,\ntopic, partition and offset are the broker's own.\n\nSend your key in `X-API-Key`. Name your request with `X-Request-Id` or `Idempotency-Key` (1 to 128 visible ASCII\ncharacters): a repeat with the same name publishes nothing again and gets the first answer, so repeat whenever you are in\ndoubt. If you send none, one is made. Every error is an `application/problem+json` document.\n\nThe messages are described by the event contract, `asyncapi/asyncapi.yaml`.\n",
    "license": {
      "name": "MIT",
      "identifier": "MIT"
    }
  },
  "servers": [
    {
      "url": "/",
      "description": "The service that answers this document."
    }
  ],
  "tags": [
    {
      "name": "Orders",
      "description": "Create orders, change their status, look at them."
    },
    {
      "name": "Health",
      "description": "For load balancers, orchestrators and people."
    }
  ],
  "security": [
    {
      "ApiKey": []
    }
  ],
  "paths": {
    "/orders": {
      "post": {
        "operationId": "createOrder",
        "tags": [
          "Orders"
        ],
        "summary": "Create an order",
        "description": "Publishes an `orders.order.created.v1` event. The 202 leaves after the backend has acknowledged the message. A repeat,\nby request id or by orderId with the same body, gets the first answer with `Idempotent-Replayed: true`.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/RequestId"
          },
          {
            "$ref": "#/components/parameters/OnBehalfOf"
          },
          {
            "$ref": "#/components/parameters/IdempotencyKey"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/NewOrder"
              },
              "examples": {
                "order": {
                  "summary": "An order with its own identifier",
                  "value": {
                    "orderId": "ord-1001",
                    "customerId": "cust-42",
                    "items": [
                      {
                        "sku": "sku-7",
                        "quantity": 2,
                        "unitPrice": 29.99,
                        "name": "Blue mug"
                      }
                    ],
                    "totalAmount": 59.98,
                    "currency": "USD",
                    "tenantId": "contoso",
                    "channel": "web"
                  }
                },
                "smallest": {
                  "summary": "The least that is accepted; the orderId is made",
                  "value": {
                    "customerId": "cust-42",
                    "items": [
                      {
                        "sku": "sku-7",
                        "quantity": 1,
                        "unitPrice": 29.99
                      }
                    ],
                    "totalAmount": 29.99,
                    "tenantId": "contoso",
                    "channel": "web"
                  }
                }
              }
            }
          }
        },
        "responses": {
          "202": {
            "$ref": "#/components/responses/Accepted"
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "409": {
            "$ref": "#/components/responses/Conflict"
          },
          "413": {
            "$ref": "#/components/responses/ContentTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/UnsupportedMediaType"
          },
          "422": {
            "$ref": "#/components/responses/ValidationFailed"
          },
          "500": {
            "$ref": "#/components/responses/InternalError"
          },
          "503": {
            "$ref": "#/components/responses/Unavailable"
          }
        }
      },
      "get": {
        "operationId": "listOrders",
        "tags": [
          "Orders"
        ],
        "summary": "List recent orders",
        "description": "Newest first, from the memory of the replica that answers. Older orders are forgotten once its bound is reached.",
        "parameters": [
          {
            "$ref": "#/components/parameters/RequestId"
          },
          {
            "$ref": "#/components/parameters/OnBehalfOf"
          },
          {
            "name": "limit",
            "in": "query",
            "description": "How many orders at most.",
            "schema": {
              "type": "integer",
              "minimum": 1,
              "maximum": 200,
              "default": 50
            }
          },
          {
            "name": "tenantId",
            "in": "query",
            "description": "Only orders of this tenant.",
            "schema": {
              "$ref": "#/components/schemas/TenantId"
            }
          },
          {
            "name": "cursor",
            "in": "query",
            "description": "The `nextCursor` of the page before. It stays valid when orders are added or forgotten.",
            "schema": {
              "type": "string",
              "minLength": 1,
              "maxLength": 256
            }
          }
        ],
        "responses": {
          "200": {
            "description": "One page of orders.",
            "headers": {
              "X-Request-Id": {
                "$ref": "#/components/headers/XRequestId"
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/OrderPage"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "422": {
            "$ref": "#/components/responses/ValidationFailed"
          },
          "500": {
            "$ref": "#/components/responses/InternalError"
          }
        }
      }
    },
    "/orders/{orderId}": {
      "parameters": [
        {
          "name": "orderId",
          "in": "path",
          "required": true,
          "description": "The order's identifier.",
          "schema": {
            "$ref": "#/components/schemas/OrderId"
          }
        }
      ],
      "get": {
        "operationId": "getOrder",
        "tags": [
          "Orders"
        ],
        "summary": "Get an order",
        "description": "The latest this replica knows of the order, with the history of its status. Before a 404 the replica reads the order's\npartition to its present end; if it cannot, the answer is 503.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/RequestId"
          },
          {
            "$ref": "#/components/parameters/OnBehalfOf"
          }
        ],
        "responses": {
          "200": {
            "description": "The order.",
            "headers": {
              "X-Request-Id": {
                "$ref": "#/components/headers/XRequestId"
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/StoredOrder"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "404": {
            "$ref": "#/components/responses/NotFound"
          },
          "422": {
            "$ref": "#/components/responses/ValidationFailed"
          },
          "500": {
            "$ref": "#/components/responses/InternalError"
          },
          "503": {
            "$ref": "#/components/responses/ViewBehind"
          }
        }
      },
      "patch": {
        "operationId": "updateOrderStatus",
        "tags": [
          "Orders"
        ],
        "summary": "Change an order's status",
        "description": "Publishes an `orders.order.status-changed.v1` event with the same key as the order, so it follows the order on its\npartition. An order this replica does not know is refused with 404 only where it has read all there ever was on the\norder's partition; elsewhere the change is accepted. Any status may follow any other. A repeat gets the first answer\nwith `Idempotent-Replayed: true`.\n",
        "parameters": [
          {
            "$ref": "#/components/parameters/RequestId"
          },
          {
            "$ref": "#/components/parameters/OnBehalfOf"
          },
          {
            "$ref": "#/components/parameters/IdempotencyKey"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/StatusUpdate"
              },
              "examples": {
                "shipped": {
                  "value": {
                    "status": "shipped",
                    "notes": "Left the warehouse"
                  }
                }
              }
            }
          }
        },
        "responses": {
          "202": {
            "$ref": "#/components/responses/Accepted"
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "404": {
            "$ref": "#/components/responses/NotFound"
          },
          "413": {
            "$ref": "#/components/responses/ContentTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/UnsupportedMediaType"
          },
          "422": {
            "$ref": "#/components/responses/ValidationFailed"
          },
          "500": {
            "$ref": "#/components/responses/InternalError"
          },
          "503": {
            "$ref": "#/components/responses/Unavailable"
          }
        }
      }
    },
    "/healthz": {
      "get": {
        "operationId": "getHealth",
        "tags": [
          "Health"
        ],
        "summary": "Is the process alive?",
        "description": "200 as long as the process can answer. It says nothing of the backend; see `/readyz`.",
        "security": [],
        "parameters": [
          {
            "$ref": "#/components/parameters/RequestId"
          }
        ],
        "responses": {
          "200": {
            "description": "Alive.",
            "headers": {
              "X-Request-Id": {
                "$ref": "#/components/headers/XRequestId"
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Health"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "422": {
            "$ref": "#/components/responses/ValidationFailed"
          },
          "500": {
            "$ref": "#/components/responses/InternalError"
          }
        }
      }
    },
    "/readyz": {
      "get": {
        "operationId": "getReadiness",
        "tags": [
          "Health"
        ],
        "summary": "Should this replica get traffic?",
        "description": "503 until no check has failed in one run, and again while the process is stopping. After that 200: `ready` while every\ncheck passes, `degraded` while one warns or fails. A degraded replica keeps its traffic because its 503 answers say more than\nan unreachable service would.\n",
        "security": [],
        "parameters": [
          {
            "$ref": "#/components/parameters/RequestId"
          }
        ],
        "responses": {
          "200": {
            "description": "Send traffic here.",
            "headers": {
              "X-Request-Id": {
                "$ref": "#/components/headers/XRequestId"
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Readiness"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "422": {
            "$ref": "#/components/responses/ValidationFailed"
          },
          "500": {
            "$ref": "#/components/responses/InternalError"
          },
          "503": {
            "description": "Do not send traffic here yet, or any more.",
            "headers": {
              "X-Request-Id": {
                "$ref": "#/components/headers/XRequestId"
              },
              "Retry-After": {
                "$ref": "#/components/headers/RetryAfter"
              }
            },
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Readiness"
                }
              }
            }
          }
        }
      }
    }
  },
  "components": {
    "securitySchemes": {
      "ApiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The key you were given. It decides the `principal` that your events carry."
      }
    },
    "parameters": {
      "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "required": false,
        "description": "Your name for this request, 1 to 128 visible ASCII characters. Anything else is a 400. Made if absent.",
        "schema": {
          "$ref": "#/components/schemas/RequestId"
        }
      },
      "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "Takes the place of `X-Request-Id`, also in answers, events and logs, and is not replaced by proxies on the way. Same form.\n",
        "schema": {
          "$ref": "#/components/schemas/RequestId"
        }
      },
      "OnBehalfOf": {
        "name": "X-On-Behalf-Of",
        "in": "header",
        "required": false,
        "description": "Makes the request that principal's, as if its own key had been sent: event ids, repeats and the event's `principal` are\nits. With the operators' key only; with any other it is a 403.\n",
        "schema": {
          "$ref": "#/components/schemas/Principal"
        }
      }
    },
    "headers": {
      "XRequestId": {
        "description": "The request's name, yours or made.",
        "required": true,
        "schema": {
          "$ref": "#/components/schemas/RequestId"
        }
      },
      "RetryAfter": {
        "description": "Seconds to wait before the next try.",
        "required": true,
        "schema": {
          "type": "integer",
          "minimum": 1
        }
      },
      "Location": {
        "description": "Where the order can be read.",
        "required": true,
        "schema": {
          "type": "string",
          "format": "uri-reference"
        }
      }
    },
    "responses": {
      "Accepted": {
        "description": "Accepted, and acknowledged by the backend.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          },
          "Location": {
            "$ref": "#/components/headers/Location"
          },
          "Idempotent-Replayed": {
            "description": "There when the request was accepted before, and this is the answer it had then.",
            "required": false,
            "schema": {
              "type": "string",
              "enum": [
                "true"
              ]
            }
          }
        },
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Tracking"
            }
          }
        }
      },
      "BadRequest": {
        "description": "The request is not HTTP or JSON as it should be.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "Unauthorized": {
        "description": "The key is missing or not known.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "Forbidden": {
        "description": "The key is known, but may not ask for this.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "NotFound": {
        "description": "No such order is known.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "Conflict": {
        "description": "The order exists, from another principal or with another body.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "ContentTooLarge": {
        "description": "The body is larger than the service takes.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "UnsupportedMediaType": {
        "description": "The body is not `application/json` in UTF-8.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "ValidationFailed": {
        "description": "The JSON is well formed, but not what this operation takes, or not what its request id was first used with.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/ValidationProblem"
            }
          }
        }
      },
      "InternalError": {
        "description": "A fault of the service. The `requestId` finds it in the logs.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/Problem"
            }
          }
        }
      },
      "Unavailable": {
        "description": "Not accepted now. The problem `type` says whether the order was certainly not published, or whether that is not known.\n",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          },
          "Retry-After": {
            "$ref": "#/components/headers/RetryAfter"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/RetryableProblem"
            }
          }
        }
      },
      "ViewBehind": {
        "description": "The order is not known here, and the topic cannot be read to its end now to see whether it exists.",
        "headers": {
          "X-Request-Id": {
            "$ref": "#/components/headers/XRequestId"
          },
          "Retry-After": {
            "$ref": "#/components/headers/RetryAfter"
          }
        },
        "content": {
          "application/problem+json": {
            "schema": {
              "$ref": "#/components/schemas/RetryableProblem"
            }
          }
        }
      }
    },
    "schemas": {
      "RequestId": {
        "type": "string",
        "description": "Names one request in answers, logs and events.",
        "pattern": "^[\\x21-\\x7e]{1,128}$",
        "examples": [
          "demo-1"
        ]
      },
      "Principal": {
        "type": "string",
        "description": "Whose request it is.",
        "pattern": "^[A-Za-z0-9._-]{1,64}$",
        "examples": [
          "shop"
        ]
      },
      "NewOrder": {
        "description": "An order to accept. Fields that are not listed are refused. Without `orderId` one is made; without `currency` it is USD.",
        "allOf": [
          {
            "$ref": "#/components/schemas/OrderDetails"
          },
          {
            "type": "object",
            "properties": {
              "items": {
                "type": "array",
                "items": {
                  "allOf": [
                    {
                      "$ref": "#/components/schemas/OrderItem"
                    }
                  ],
                  "unevaluatedProperties": false
                }
              }
            }
          }
        ],
        "unevaluatedProperties": false
      },
      "StatusUpdate": {
        "type": "object",
        "description": "The order's new status.",
        "required": [
          "status"
        ],
        "properties": {
          "status": {
            "$ref": "#/components/schemas/OrderStatus"
          },
          "notes": {
            "$ref": "#/components/schemas/Notes"
          }
        },
        "additionalProperties": false
      },
      "Backend": {
        "type": "string",
        "description": "Where messages go. `memory` keeps them in the process and is for trying things out.",
        "enum": [
          "memory",
          "kafka"
        ]
      },
      "Partition": {
        "type": "integer",
        "description": "The partition that holds the message.",
        "minimum": 0
      },
      "Offset": {
        "type": "string",
        "description": "The message's offset in its partition, a whole number in decimal.",
        "pattern": "^[0-9]+$",
        "examples": [
          "42"
        ]
      },
      "Tracking": {
        "type": "object",
        "description": "Where the message about an accepted request is.",
        "required": [
          "orderId",
          "requestId",
          "eventId",
          "backend",
          "topic",
          "partition",
          "offset",
          "status",
          "acceptedAt"
        ],
        "properties": {
          "orderId": {
            "$ref": "#/components/schemas/OrderId"
          },
          "requestId": {
            "$ref": "#/components/schemas/RequestId"
          },
          "eventId": {
            "type": "string",
            "format": "uuid",
            "description": "The event's `ce_id`."
          },
          "backend": {
            "$ref": "#/components/schemas/Backend"
          },
          "topic": {
            "type": "string",
            "description": "The topic that holds the message."
          },
          "partition": {
            "$ref": "#/components/schemas/Partition"
          },
          "offset": {
            "$ref": "#/components/schemas/Offset"
          },
          "status": {
            "$ref": "#/components/schemas/OrderStatus"
          },
          "acceptedAt": {
            "type": "string",
            "format": "date-time",
            "description": "When the request was claimed, and the message's timestamp."
          }
        },
        "additionalProperties": false
      },
      "StatusChange": {
        "type": "object",
        "description": "One entry of an order's history.",
        "required": [
          "eventId",
          "requestId",
          "status",
          "at",
          "partition",
          "offset"
        ],
        "properties": {
          "eventId": {
            "type": "string",
            "format": "uuid",
            "description": "The event's `ce_id`."
          },
          "requestId": {
            "$ref": "#/components/schemas/RequestId"
          },
          "status": {
            "$ref": "#/components/schemas/OrderStatus"
          },
          "notes": {
            "$ref": "#/components/schemas/Notes"
          },
          "at": {
            "type": "string",
            "format": "date-time",
            "description": "When the change was taken on."
          },
          "partition": {
            "$ref": "#/components/schemas/Partition"
          },
          "offset": {
            "$ref": "#/components/schemas/Offset"
          }
        },
        "additionalProperties": false
      },
      "StoredOrder": {
        "description": "An order and where it stands.",
        "allOf": [
          {
            "$ref": "#/components/schemas/Order"
          },
          {
            "type": "object",
            "required": [
              "status",
              "createdAt",
              "updatedAt",
              "history"
            ],
            "properties": {
              "status": {
                "$ref": "#/components/schemas/OrderStatus"
              },
              "notes": {
                "$ref": "#/components/schemas/Notes"
              },
              "createdAt": {
                "type": "string",
                "format": "date-time",
                "description": "When the order was taken on."
              },
              "updatedAt": {
                "type": "string",
                "format": "date-time",
                "description": "When its status last changed."
              },
              "history": {
                "type": "array",
                "description": "What was said of the order, oldest first. The first entry is always kept; of the rest, the latest 99.",
                "minItems": 1,
                "maxItems": 100,
                "items": {
                  "$ref": "#/components/schemas/StatusChange"
                }
              }
            }
          }
        ],
        "unevaluatedProperties": false
      },
      "OrderPage": {
        "type": "object",
        "description": "One page of orders, newest first.",
        "required": [
          "orders",
          "nextCursor"
        ],
        "properties": {
          "orders": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/StoredOrder"
            }
          },
          "nextCursor": {
            "type": [
              "string",
              "null"
            ],
            "description": "Pass it as `cursor` for the next page. Null on the last page."
          }
        },
        "additionalProperties": false
      },
      "Health": {
        "type": "object",
        "required": [
          "status"
        ],
        "properties": {
          "status": {
            "type": "string",
            "enum": [
              "ok"
            ]
          }
        },
        "additionalProperties": false
      },
      "Check": {
        "type": "object",
        "description": "One check and what it saw.",
        "required": [
          "name",
          "status",
          "detail"
        ],
        "properties": {
          "name": {
            "type": "string",
            "examples": [
              "publisher"
            ]
          },
          "status": {
            "type": "string",
            "enum": [
              "pass",
              "warn",
              "fail"
            ]
          },
          "detail": {
            "type": "string",
            "description": "One line for a person."
          }
        },
        "additionalProperties": false
      },
      "Readiness": {
        "type": "object",
        "required": [
          "status",
          "checks"
        ],
        "properties": {
          "status": {
            "type": "string",
            "enum": [
              "starting",
              "ready",
              "degraded",
              "stopping"
            ]
          },
          "checks": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/Check"
            }
          }
        },
        "additionalProperties": false
      },
      "ProblemType": {
        "type": "string",
        "format": "uri-reference",
        "description": "Which problem it is. A GET of it answers what it means and what to do.",
        "enum": [
          "/problems/malformed-request",
          "/problems/malformed-json",
          "/problems/invalid-request-id",
          "/problems/unauthorized",
          "/problems/forbidden",
          "/problems/not-found",
          "/problems/order-not-found",
          "/problems/method-not-allowed",
          "/problems/content-too-large",
          "/problems/unsupported-media-type",
          "/problems/validation-failed",
          "/problems/request-id-reused",
          "/problems/order-exists",
          "/problems/internal-error",
          "/problems/overloaded",
          "/problems/not-published",
          "/problems/outcome-unknown",
          "/problems/view-behind"
        ]
      },
      "Problem": {
        "type": "object",
        "description": "An error, as RFC 9457 has it.",
        "required": [
          "type",
          "title",
          "status",
          "detail",
          "requestId"
        ],
        "properties": {
          "type": {
            "$ref": "#/components/schemas/ProblemType"
          },
          "title": {
            "type": "string",
            "description": "The problem in a few words, always the same for its type."
          },
          "status": {
            "type": "integer",
            "minimum": 400,
            "maximum": 599,
            "description": "The HTTP status."
          },
          "detail": {
            "type": "string",
            "description": "What happened this time and what to do."
          },
          "requestId": {
            "$ref": "#/components/schemas/RequestId"
          }
        }
      },
      "ValidationProblem": {
        "description": "What does not fit the contract, and where.",
        "allOf": [
          {
            "$ref": "#/components/schemas/Problem"
          },
          {
            "type": "object",
            "required": [
              "errors"
            ],
            "properties": {
              "errors": {
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": {
                  "type": "object",
                  "required": [
                    "pointer",
                    "message"
                  ],
                  "properties": {
                    "pointer": {
                      "type": "string",
                      "description": "JSON Pointer (RFC 6901) into the body. For other parts of the request it begins with `/query/`, `/path/` or `/header/`.",
                      "examples": [
                        "/items/0/quantity"
                      ]
                    },
                    "message": {
                      "type": "string",
                      "examples": [
                        "must be >= 1"
                      ]
                    }
                  },
                  "additionalProperties": false
                }
              }
            }
          }
        ]
      },
      "RetryableProblem": {
        "description": "A problem that may pass by itself.",
        "allOf": [
          {
            "$ref": "#/components/schemas/Problem"
          },
          {
            "type": "object",
            "required": [
              "retryAfter"
            ],
            "properties": {
              "retryAfter": {
                "type": "integer",
                "minimum": 1,
                "description": "Seconds to wait before the next try, as in the Retry-After header."
              }
            }
          }
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
      "Amount": {
        "type": "number",
        "description": "An amount of money in the order's currency, in major units (dollars, not cents).",
        "minimum": 0,
        "examples": [
          59.98
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
            "$ref": "#/components/schemas/Amount"
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
      "Currency": {
        "type": "string",
        "description": "ISO 4217 alphabetic code of every amount in the order.",
        "pattern": "^[A-Z]{3}$",
        "examples": [
          "USD"
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
            "$ref": "#/components/schemas/OrderId"
          },
          "customerId": {
            "$ref": "#/components/schemas/CustomerId"
          },
          "items": {
            "type": "array",
            "description": "The lines of the order, 1 to 100.",
            "minItems": 1,
            "maxItems": 100,
            "items": {
              "$ref": "#/components/schemas/OrderItem"
            }
          },
          "totalAmount": {
            "$ref": "#/components/schemas/Amount"
          },
          "currency": {
            "$ref": "#/components/schemas/Currency"
          },
          "tenantId": {
            "$ref": "#/components/schemas/TenantId"
          },
          "channel": {
            "$ref": "#/components/schemas/Channel"
          }
        }
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
      "Order": {
        "description": "A whole order, as accepted, with its identifier and its currency filled in.",
        "allOf": [
          {
            "$ref": "#/components/schemas/OrderDetails"
          },
          {
            "type": "object",
            "required": [
              "orderId",
              "currency"
            ]
          }
        ]
      }
    }
  }
} as Document;
