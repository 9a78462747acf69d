import { testRule } from "../../test/rule-cases.ts";
import { secretUse } from "./secret-use.ts";

testRule(secretUse);
