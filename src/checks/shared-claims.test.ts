import { testRule } from "../../test/rule-cases.ts";
import { sharedClaims } from "./shared-claims.ts";

testRule(sharedClaims);
