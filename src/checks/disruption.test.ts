import { testRule } from "../../test/rule-cases.ts";
import { disruption } from "./disruption.ts";

testRule(disruption);
