import { testRule } from "../../test/rule-cases.ts";
import { timeouts } from "./timeouts.ts";

testRule(timeouts);
